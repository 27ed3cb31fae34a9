//! The command line.

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use cnn::dataset::Augment;
use std::path::PathBuf;

/// Classes of MNIST and its likes.
pub(crate) const CLASSES: u32 = 10;

/// Most threads that can be asked for.
const MAX_THREADS: i64 = cnn::par::MAX_THREADS as i64;

/// Trains convolutional networks, evaluates them, and takes their weights elsewhere.
///
/// A network is a preset's name (lab11-2, lab11-3, quick, sprint, accurate, best, hand), a file with a network's text, or the text itself.
#[derive(Debug, Parser)]
#[command(name = "cnn", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Train(TrainArgs),
    Evaluate(EvaluateArgs),
    Predict(PredictArgs),
    Summary(SummaryArgs),
    Export(ExportArgs),
    Replay(ReplayArgs),
}

/// Images with labels, and the threads to work on them with.
#[derive(Args, Clone, Debug)]
pub(crate) struct DataArgs {
    /// Folder with the four IDX files of MNIST or its like, each plain or with .gz
    #[arg(long, value_name = "FOLDER", default_value = "data/mnist")]
    pub(crate) data: PathBuf,
    /// Number of classes; labels are 0 to this less one
    #[arg(long, value_name = "N", default_value_t = CLASSES, value_parser = whole(2, 256))]
    pub(crate) classes: u32,
    /// Images at the start of the training file to validate with: if not given, 5000, or a tenth if that is less
    #[arg(long, value_name = "N")]
    pub(crate) validation: Option<usize>,
    /// Threads, 1 to 512; if not given, as many as the machine has. They change no bit of the result
    #[arg(long, value_name = "N", value_parser = whole(1, MAX_THREADS))]
    pub(crate) threads: Option<u32>,
}

/// Train a network on a folder of IDX files
///
/// Prints a line an epoch. Ctrl-C keeps a checkpoint and exits with 130; --resume goes on from there bit for bit.
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct TrainArgs {
    /// A preset's name (lab11-2, lab11-3, quick, sprint, accurate, best, hand), a file with a network's text, or the text itself
    #[arg(required_unless_present = "resume")]
    pub(crate) network: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Go on with the run of a checkpoint, with its network and settings
    #[arg(long, value_name = "FILE", conflicts_with_all = ["network", "batch", "lr", "optimizer", "schedule", "schedule_epochs", "warmup_epochs", "weight_decay", "label_smoothing", "clip_norm", "augment", "seed"])]
    pub(crate) resume: Option<PathBuf>,
    /// Train until every training image has been seen so many times: if not given, the preset's, or 10
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) epochs: Option<u32>,
    /// Stop after so many steps from the start of the run, if that is sooner
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) steps: Option<u64>,
    /// Images a step: if not given, the preset's, or 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch: Option<u32>,
    /// Learning rate: if not given, the preset's, or what is usual for the optimizer
    #[arg(long, value_name = "RATE")]
    pub(crate) lr: Option<f32>,
    /// The rule that moves the weights: if not given, the preset's, or adam
    #[arg(long, value_name = "RULE")]
    pub(crate) optimizer: Option<OptimizerName>,
    /// How the learning rate changes: if not given, the preset's, or constant
    #[arg(long, value_name = "KIND")]
    pub(crate) schedule: Option<ScheduleName>,
    /// Epochs of a cosine or a cycle, or between two halvings of `step`: if not given, those to train
    #[arg(long, value_name = "N", requires = "schedule", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) schedule_epochs: Option<u32>,
    /// Epochs over which a warm-up raises the learning rate: if not given, 1
    #[arg(long, value_name = "N", requires = "schedule", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) warmup_epochs: Option<u32>,
    /// How strongly adamw pulls all weights towards 0: if not given, 0.01
    #[arg(long, value_name = "DECAY", requires = "optimizer")]
    pub(crate) weight_decay: Option<f32>,
    /// Part of each target that all classes share alike, 0 to below 1: if not given, the preset's, or 0
    #[arg(long, value_name = "PART")]
    pub(crate) label_smoothing: Option<f32>,
    /// Largest norm of all gradients together: if not given, there is none
    #[arg(long, value_name = "NORM")]
    pub(crate) clip_norm: Option<f32>,
    /// How far each training image is distorted at most, anew for each batch: some of shift (pixels), rotation (degrees),
    /// scaling (part of the size), thickness (0 to 1) and elastic (pixels), such as shift=2,rotation=10, or off: if not
    /// given, the preset's, or off
    #[arg(long, value_name = "NAME=AMOUNT,…", value_parser = augment)]
    pub(crate) augment: Option<Augment>,
    /// Names the run: weights, order of the images, dropout
    #[arg(long, value_name = "N", default_value_t = 777)]
    pub(crate) seed: u64,
    /// File for the weights: if not given, the network's name with .safetensors
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// File for the checkpoint, written after each epoch and at the end: if not given, beside the weights
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
}

/// The rules that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OptimizerName {
    Sgd,
    Momentum,
    Rmsprop,
    Adam,
    /// Adam with weight decay beside the gradient
    Adamw,
}

/// The schedules that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScheduleName {
    Constant,
    /// Half the rate every so many epochs
    Step,
    Cosine,
    OneCycle,
    /// Straight up over the warm-up epochs, then constant
    Warmup,
    /// Straight up over the warm-up epochs, then a cosine
    WarmupCosine,
}

/// Say how well saved weights do on a folder of IDX files
#[derive(Args, Debug)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    pub(crate) weights: WeightsArgs,
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The images to evaluate on
    #[arg(long, value_name = "SPLIT", default_value = "test")]
    pub(crate) split: SplitName,
    /// Also print how often each class was taken for each other
    #[arg(long)]
    pub(crate) confusion: bool,
}

/// The parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SplitName {
    Train,
    Validation,
    Test,
}

/// Weights in a file.
#[derive(Args, Debug)]
pub(crate) struct WeightsArgs {
    /// Weights or a checkpoint of a network, as safetensors
    #[arg(value_name = "WEIGHTS")]
    pub(crate) file: PathBuf,
    /// The network that the weights are of, where the file does not say: a preset's name, a file, or its text
    #[arg(long, value_name = "NETWORK")]
    pub(crate) network: Option<String>,
}

/// Say what saved weights take an image for
///
/// For a network of 28×28 grey values the digit in the picture, drawn or photographed, is made into what MNIST's are, as the
/// page does; for other networks the picture is scaled to their size.
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct PredictArgs {
    #[command(flatten)]
    pub(crate) weights: WeightsArgs,
    /// PNG or JPEG files
    #[arg(required = true, value_name = "IMAGE")]
    pub(crate) images: Vec<PathBuf>,
    /// Only scale the image, also for a network of 28×28 grey values: for what is no digit
    #[arg(long)]
    pub(crate) as_is: bool,
    /// Also print what the network is given
    #[arg(long)]
    pub(crate) show: bool,
}

/// List a network's layers with their shapes, parameters and costs
#[derive(Args, Debug)]
pub(crate) struct SummaryArgs {
    /// A preset's name, a file with a network's text, the text itself, or a file of weights
    pub(crate) network: String,
    /// Images a step, for the memory that training takes
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch: u32,
    /// Print the network's text in place of the table, with every option spelled out
    #[arg(long, action = ArgAction::SetTrue)]
    pub(crate) text: bool,
}

/// Write a Python program that loads saved weights and gives the same scores, or a Jupyter notebook that also trains
///
/// The notebook is the one that the page saves. Its settings are those of --link, else of the run if WEIGHTS is a checkpoint,
/// else of the preset with this network, else the usual ones.
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) weights: WeightsArgs,
    /// What the program runs on
    #[arg(long, value_name = "NAME", default_value = "torch")]
    pub(crate) framework: Framework,
    /// Write a Jupyter notebook: data, training (not in NumPy), these weights, accuracy, predictions
    #[arg(long)]
    pub(crate) notebook: bool,
    #[command(flatten)]
    pub(crate) of: NotebookArgs,
    /// File for the program or the notebook: if not given, standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// What a notebook is to have, each of use with `--notebook` alone.
#[derive(Args, Debug)]
pub(crate) struct NotebookArgs {
    /// A link of the page with the data set and the settings to train with
    #[arg(long, value_name = "LINK", requires = "notebook")]
    pub(crate) link: Option<String>,
    /// The images to train on: if not given, the link's, or mnist
    #[arg(long, value_name = "NAME", requires = "notebook", conflicts_with = "link")]
    pub(crate) images: Option<ImagesName>,
    /// Names of the classes, in order: for own images the names of their folders in the folder `images`
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', requires = "notebook")]
    pub(crate) class_names: Vec<String>,
    /// Times through the training images: if not given, the schedule's, the preset's, or 10
    #[arg(long, value_name = "N", requires = "notebook", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) epochs: Option<u32>,
    /// The language of the notebook's texts
    #[arg(long, value_name = "LANGUAGE", default_value = "en", requires = "notebook")]
    pub(crate) language: Language,
}

/// Images that a notebook can train on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImagesName {
    Mnist,
    FashionMnist,
    /// A folder for each class
    Own,
}

/// The languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    En,
    Ko,
}

/// The frameworks that programs are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Framework {
    Torch,
    Keras,
    Numpy,
}

/// Repeat a run that a link of the page tells, and say whether the weights come out the same
#[derive(Args, Debug)]
pub(crate) struct ReplayArgs {
    /// A link that the page's "copy a link that repeats this run" gave, or what stands behind its #
    pub(crate) link: String,
    /// Folder with the folders of the data sets
    #[arg(long, value_name = "FOLDER", default_value = "data")]
    pub(crate) data: PathBuf,
    /// Threads, 1 to 512; if not given, as many as the machine has. They change no bit of the result
    #[arg(long, value_name = "N", value_parser = whole(1, MAX_THREADS))]
    pub(crate) threads: Option<u32>,
}

/// A whole number in a range, both ends included.
fn whole(least: i64, most: i64) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(least..=most)
}

/// The settings of an augmentation.
fn augment(text: &str) -> Result<Augment, String> {
    if text == "off" {
        return Ok(Augment::OFF);
    }
    fn number(part: &str) -> Result<(&str, f64), String> {
        let (name, amount) =
            part.split_once('=').ok_or_else(|| format!("got `{part}`, expected NAME=AMOUNT"))?;
        let amount = amount.parse().map_err(|_| format!("got `{part}`, expected a number behind the ="))?;
        Ok((name.trim(), amount))
    }
    Augment::from_settings(&text.split(',').map(number).collect::<Result<Vec<_>, _>>()?)
}

/// Makes the thread pool, if it is not to have as many threads as the machine: before anything is computed.
pub(crate) fn start_threads(threads: Option<u32>) {
    if let Some(threads) = threads {
        cnn::par::start(threads as usize).expect("a number that was checked as it was read");
    }
}
