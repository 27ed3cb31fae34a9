//! Several networks that decide together: the sum of their logits.
//!
//! The lecture's Lab11-3 trains seven networks of one kind from different seeds and adds up what they say.

use crate::dataset::{Dataset, Split, TargetKind, TargetsMut, indices};
use crate::loss::{check_labels, softmax_into};
use crate::metrics::argmax;
use crate::model::{Model, Workspace};
use crate::{Error, Result};
use std::ops::Range;

/// Trained networks for the same images and classes.
#[derive(Debug, Default)]
pub struct Ensemble {
    members: Vec<Model>,
    /// One for each different spec: members of one spec take turns in it.
    work: Vec<Workspace>,
    /// For each member its place in `work`.
    place: Vec<usize>,
}

/// What an ensemble and each of its members say of one image.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnsemblePrediction {
    /// Sum of the members' logits.
    pub logits: Vec<f32>,
    /// Softmax of that sum.
    pub probabilities: Vec<f32>,
    /// The class with the largest sum, the first of equals.
    pub class: usize,
    /// Each member's own class.
    pub votes: Vec<usize>,
}

/// How an ensemble and each of its members did on a range of images.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnsembleEvaluation {
    /// The images' classes.
    pub labels: Vec<u8>,
    /// The ensemble's class for each image.
    pub predictions: Vec<u8>,
    /// For each member its class for each image.
    pub votes: Vec<Vec<u8>>,
}

impl Ensemble {
    /// An ensemble without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a network, which gives up the memory of its gradients. A clone of a member can be trained all the same: its
    /// next backward pass makes room for them.
    ///
    /// # Errors
    /// [`Error::DataMismatch`] if its images or classes are not those of the members there are.
    pub fn push(&mut self, mut member: Model) -> Result<()> {
        if let Some(first) = self.members.first() {
            let (input, classes) = (first.input_shape().as_map(), first.classes());
            let (data_input, data_classes) = (member.input_shape().as_map(), member.classes());
            if (input, classes) != (data_input, data_classes) {
                return Err(Error::DataMismatch { input, classes, data_input, data_classes });
            }
        }
        member.forget_passes();
        let twin =
            self.members.iter().position(|other| other.spec().is_some() && other.spec() == member.spec());
        self.place.push(twin.map_or(self.work.len(), |twin| self.place[twin]));
        self.work.resize_with(self.work.len().max(self.place[self.members.len()] + 1), Workspace::default);
        self.members.push(member);
        Ok(())
    }

    /// Takes in the network of a file that [`Session::save_weights`](crate::session::Session::save_weights) or
    /// [`snapshot`](crate::session::Session::snapshot) wrote.
    ///
    /// # Errors
    /// Those of [`Model::from_safetensors`] and of [`push`](Self::push).
    pub fn push_file(&mut self, bytes: &[u8]) -> Result<()> {
        self.push(Model::from_safetensors(bytes)?)
    }

    /// The members.
    pub fn members(&self) -> &[Model] {
        &self.members
    }

    /// What the ensemble says of one image: `pixels` is `[height, width, channels]` in 0..=1.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if they are not as many as the networks' input has, and [`Error::ZeroSize`] for an
    /// ensemble without members.
    pub fn predict(&mut self, pixels: &[f32]) -> Result<EnsemblePrediction> {
        let first = self.members.first().ok_or(Error::ZeroSize { what: "the number of members" })?;
        let (expected, classes) = (first.input_len(), first.classes());
        if pixels.len() != expected {
            return Err(Error::PixelCount { got: pixels.len(), expected });
        }
        let mut sum = vec![0.0; classes];
        let mut votes = Vec::new();
        for (member, &place) in self.members.iter().zip(&self.place) {
            let logits = member.infer_with(&mut self.work[place], pixels);
            votes.push(argmax(logits));
            sum.iter_mut().zip(logits).for_each(|(sum, z)| *sum += z);
        }
        let mut probabilities = vec![0.0; classes];
        softmax_into(&sum, &mut probabilities);
        Ok(EnsemblePrediction { class: argmax(&sum), probabilities, logits: sum, votes })
    }

    /// How the ensemble and its members do on the images `range` of a split.
    ///
    /// # Errors
    /// [`Error::DataMismatch`], [`Error::NoSuchImage`], and [`Error::ZeroSize`] for an ensemble without members.
    pub fn evaluate(
        &mut self,
        data: &dyn Dataset,
        split: Split,
        range: Range<usize>,
    ) -> Result<EnsembleEvaluation> {
        let first = self.members.first().ok_or(Error::ZeroSize { what: "the number of members" })?;
        let (input, classes) = (first.input_shape().as_map(), first.classes());
        let TargetKind::Classes(data_classes) = data.targets() else {
            return Err(Error::TargetsMismatch { got: "values", expected: "labels" });
        };
        let data_input = data.input_shape().as_map();
        if (input, classes) != (data_input, data_classes) {
            return Err(Error::DataMismatch { input, classes, data_input, data_classes });
        }
        let mut result =
            EnsembleEvaluation { votes: vec![Vec::new(); self.members.len()], ..Default::default() };
        let (mut images, mut labels, mut sum) = (Vec::new(), Vec::new(), Vec::new());
        let most = self.members.iter().map(|member| member.images_a_pass()).min().unwrap_or(1);
        for indices in indices(data, split, range)?.chunks(most) {
            images.resize(indices.len() * first.input_len(), 0.0);
            labels.resize(indices.len(), 0);
            data.fill(split, indices, &mut images, TargetsMut::Labels(&mut labels))?;
            check_labels(&labels, classes)?;
            sum.clear();
            sum.resize(indices.len() * classes, 0.0);
            for ((member, &place), votes) in self.members.iter().zip(&self.place).zip(&mut result.votes) {
                let logits = member.infer_with(&mut self.work[place], &images);
                votes.extend(logits.chunks_exact(classes).map(|row| argmax(row) as u8));
                sum.iter_mut().zip(logits).for_each(|(sum, z)| *sum += z);
            }
            result.predictions.extend(sum.chunks_exact(classes).map(|row| argmax(row) as u8));
            result.labels.extend_from_slice(&labels);
        }
        Ok(result)
    }
}

impl EnsembleEvaluation {
    /// How many images the ensemble classified right.
    pub fn correct(&self) -> usize {
        crate::metrics::correct(&self.predictions, &self.labels)
    }

    /// How many each member classified right.
    pub fn members_correct(&self) -> Vec<usize> {
        self.votes.iter().map(|votes| crate::metrics::correct(votes, &self.labels)).collect()
    }

    /// How many members classified image `i` of the range right.
    ///
    /// # Panics
    /// If there is no such image.
    pub fn right_votes(&self, i: usize) -> usize {
        self.votes.iter().filter(|votes| votes[i] == self.labels[i]).count()
    }

    /// Images (counted in the range) of which the members did not all say the same.
    pub fn disputed(&self) -> Vec<usize> {
        self.select(|i| self.votes.iter().any(|votes| votes[i] != self.votes[0][i]))
    }

    /// Images that the ensemble classified right though at least one member was wrong.
    pub fn saved(&self) -> Vec<usize> {
        self.select(|i| self.predictions[i] == self.labels[i] && self.right_votes(i) < self.votes.len())
    }

    /// Images that the ensemble classified wrong though at least one member was right.
    pub fn lost(&self) -> Vec<usize> {
        self.select(|i| self.predictions[i] != self.labels[i] && self.right_votes(i) > 0)
    }

    /// Images that every member classified wrong.
    pub fn failed_by_all(&self) -> Vec<usize> {
        self.select(|i| self.right_votes(i) == 0)
    }

    fn select(&self, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.labels.len()).filter(|&i| wanted(i)).collect()
    }
}
