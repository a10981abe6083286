//! Arithmetic as `jq` has it: of two integers exact while it fits 64 bits, otherwise of doubles.

/// A number to calculate with.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operand {
    /// Written as a whole number.
    Integer(i64),
    /// The nearest double of any other.
    Double(f64),
}

/// An operation on two numbers.
#[derive(Clone, Copy)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operand {
    #[expect(clippy::cast_precision_loss, reason = "the nearest one is meant")]
    fn double(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Double(double) => double,
        }
    }
}

/// The result; `None` for a division by zero, which is an error.
pub(super) fn calculate(left: Operand, operation: Operation, right: Operand) -> Option<Operand> {
    if let (Operand::Integer(left), Operand::Integer(right)) = (left, right)
        && let Some(result) = of_integers(left, operation, right)?
    {
        return Some(Operand::Integer(result));
    }
    let (left, right) = (left.double(), right.double());
    Some(match operation {
        Operation::Add => Operand::Double(left + right),
        Operation::Subtract => Operand::Double(left - right),
        Operation::Multiply => Operand::Double(left * right),
        Operation::Divide if right == 0.0 => return None,
        Operation::Divide => Operand::Double(left / right),
        Operation::Remainder if left.is_nan() || right.is_nan() => Operand::Double(f64::NAN),
        // Of whole numbers: what is behind the point is cut off.
        Operation::Remainder => return of_integers(left as i64, operation, right as i64)?.map(Operand::Integer),
    })
}

/// `Some(None)` where the result is no integer of 64 bits.
#[expect(clippy::option_option, reason = "impossible, no such integer, or the integer")]
fn of_integers(left: i64, operation: Operation, right: i64) -> Option<Option<i64>> {
    Some(match operation {
        Operation::Add => left.checked_add(right),
        Operation::Subtract => left.checked_sub(right),
        Operation::Multiply => left.checked_mul(right),
        Operation::Divide => None,
        Operation::Remainder if right == 0 => return None,
        Operation::Remainder => Some(left.checked_rem(right).unwrap_or(0)),
    })
}
