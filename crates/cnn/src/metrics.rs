//! How good a set of predictions is.

/// Index of the largest value; of equals the first. 0 for an empty slice; NaN is never larger, nor is anything larger
/// than a NaN at index 0.
pub fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, &value) in values.iter().enumerate() {
        if value > values[best] {
            best = i;
        }
    }
    best
}

/// The share of predictions that equal their label, in 0..=1; 0 for no predictions.
///
/// # Panics
/// If the two differ in length.
pub fn accuracy(predictions: &[u8], labels: &[u8]) -> f64 {
    if labels.is_empty() {
        return 0.0;
    }
    correct(predictions, labels) as f64 / labels.len() as f64
}

/// How many predictions equal their label.
///
/// # Panics
/// If the two differ in length.
pub fn correct(predictions: &[u8], labels: &[u8]) -> usize {
    assert_eq!(predictions.len(), labels.len(), "one prediction a label");
    predictions.iter().zip(labels).filter(|(p, l)| p == l).count()
}

/// Counts of (label, prediction) pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    counts: Vec<u32>,
}

impl Confusion {
    /// An empty matrix for labels and predictions in `0..classes`.
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// Counts pairs.
    ///
    /// # Panics
    /// If the slices differ in length or hold a class that is out of range.
    pub fn add(&mut self, labels: &[u8], predictions: &[u8]) {
        assert_eq!(predictions.len(), labels.len(), "one prediction a label");
        for (&label, &prediction) in labels.iter().zip(predictions) {
            let (label, prediction) = (usize::from(label), usize::from(prediction));
            assert!(label < self.classes && prediction < self.classes, "no class {label} or {prediction}");
            self.counts[label * self.classes + prediction] += 1;
        }
    }

    /// Number of classes: the matrix is that many squared.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many examples of class `label` were taken for `prediction`.
    ///
    /// # Panics
    /// If one of them is no class.
    pub fn count(&self, label: usize, prediction: usize) -> u32 {
        assert!(label < self.classes && prediction < self.classes, "no class {label} or {prediction}");
        self.counts[label * self.classes + prediction]
    }

    /// The counts, row by row: one row a label, one column a prediction.
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// The share on the diagonal, in 0..=1; 0 while nothing was counted.
    pub fn accuracy(&self) -> f64 {
        let total: u32 = self.counts.iter().sum();
        let right: u32 = (0..self.classes).map(|class| self.count(class, class)).sum();
        if total == 0 { 0.0 } else { f64::from(right) / f64::from(total) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(argmax(&[1.0, 3.0, 3.0, 2.0]), 1);
        assert_eq!(argmax(&[f32::NEG_INFINITY; 4]), 0);
        assert_eq!(argmax(&[-2.0, -1.0]), 1);
    }

    #[test]
    fn accuracy_counts_matches() {
        assert_eq!(accuracy(&[1, 2, 3, 4], &[1, 0, 3, 4]), 0.75);
        assert_eq!(accuracy(&[], &[]), 0.0);
    }

    #[test]
    fn rows_are_labels() {
        let mut confusion = Confusion::new(3);
        confusion.add(&[0, 1, 1, 2], &[0, 1, 2, 2]);
        assert_eq!(confusion.counts(), &[1, 0, 0, 0, 1, 1, 0, 0, 1]);
        assert_eq!(confusion.count(1, 2), 1);
        assert_eq!(confusion.accuracy(), 0.75);
    }

    #[test]
    #[should_panic(expected = "no class 0 or 3")]
    fn a_column_past_the_last_is_not_the_next_row() {
        Confusion::new(3).count(0, 3);
    }

    #[test]
    #[should_panic(expected = "no class 3 or 0")]
    fn a_label_past_the_last_is_refused() {
        Confusion::new(3).add(&[3], &[0]);
    }
}
