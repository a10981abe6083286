//! A door for benchmarks: questions over time, asked of one tenant.
//!
//! Behind the feature `bench`, and no part of what the crate promises.

use super::{
    Aspect, Course, Direction, FindCondition, FindSearch, Nearest, TimeDirection, Trace, blame_of, change_near,
};
use crate::Result;
use crate::diff::DiffRules;
use crate::index::PathIndex;
use crate::query::{Query, QueryBudget};
use crate::record::Version;
use crate::recording::Tenant;
use crate::value::{Path, Value};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A tenant with its path index.
pub struct IndexedTenant {
    tenant: Tenant,
    paths: Arc<PathIndex>,
}

impl IndexedTenant {
    /// Indexes what is not indexed yet.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn new(tenant: &Tenant) -> Result<Self> {
        let paths = tenant.paths(&mut |_| ControlFlow::Continue(()))?;
        Ok(Self { tenant: tenant.clone(), paths })
    }

    /// Bytes of the index in its file.
    pub fn bytes(&self) -> usize {
        self.paths.store().len()
    }

    /// The last version before one that changed what is at a path into a value, by the index alone.
    pub fn previous_change(&self, path: &Path, value: &Value, version: u64) -> Option<u64> {
        let found = self.paths.find(path, value, self.paths.kept());
        self.paths.last_up_to(&found, Version(version.checked_sub(1)?)).map(|found| found.0)
    }

    /// The same as the screen asks it: with the values before and after.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn previous_values(&self, path: &Path, version: u64) -> Result<Option<u64>> {
        let asked = (TimeDirection::Back, Aspect::Value);
        let found = change_near(&self.tenant, (path, &DiffRules::default()), Version(version), asked, &|| false)?;
        Ok(if let Nearest::Changed(change) = found { Some(change.version.0) } else { None })
    }

    /// Who wrote some parts of a version last.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn writers(&self, version: u64, parts: &[Path]) -> Result<Vec<Option<u64>>> {
        let blamed = blame_of(&self.tenant, Version(version), parts, &DiffRules::default(), &|| false)?;
        Ok(blamed.into_iter().flatten().map(|part| part.version.map(|version| version.0)).collect())
    }

    /// The first version for which a filter holds, and how often it was evaluated.
    pub fn first(&self, filter: &str) -> (Option<u64>, u64) {
        let Ok(query) = Query::compile(filter) else { return (None, 0) };
        let (condition, budget) = (FindCondition::Holds(Arc::new(query)), QueryBudget::default());
        let course = self.course();
        let search = FindSearch { course: &course, condition: &condition, budget: &budget };
        let (first, stats) = search.first(Direction::Forth);
        (first.map(|first| first.0), stats.evaluated)
    }

    /// How many values an expression has over time.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn trace(&self, expression: &str) -> Result<usize> {
        let expressions: Vec<Query> = Query::compile(expression).into_iter().collect();
        let (budget, course, mut values) = (QueryBudget::default(), self.course(), 0);
        Trace { course: &course, expressions: &expressions, budget: &budget }.rows(|row| {
            values += usize::from(row.is_new);
            ControlFlow::Continue(())
        })?;
        Ok(values)
    }

    fn course(&self) -> Course<'_> {
        Course::new(&self.tenant, Version(0)..=self.tenant.history().newest())
    }
}
