//! The part of a text that stands in JSON as it is.

/// Bytes before the first quote, backslash or control character.
#[inline]
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    const LANES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut length = 0;
    let (chunks, _) = bytes.as_chunks::<8>();
    for chunk in chunks {
        let word = u64::from_le_bytes(*chunk);
        // The lowest marked lane is a right one: a borrow out of it can mark only those above.
        let zero = |lanes: u64| lanes.wrapping_sub(LANES) & !lanes;
        let quote = zero(word ^ (LANES * u64::from(b'"')));
        let backslash = zero(word ^ (LANES * u64::from(b'\\')));
        let control = word.wrapping_sub(LANES * 0x20) & !word;
        let found = (quote | backslash | control) & HIGH;
        if found != 0 {
            return length + (found.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    length + bytes[length..].iter().position(special).unwrap_or(bytes.len() - length)
}
