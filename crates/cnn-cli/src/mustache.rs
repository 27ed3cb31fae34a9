//! As much of [Mustache](https://mustache.github.io/mustache.5.html) as the templates of `programs/` need: values, and
//! sections that are there if a word is true, or once for each entry of a list. The page fills in the same templates with as
//! much (`www/src/cells/take/snippets.js`).

use anyhow::{Context, Result, bail};
use std::collections::HashMap;

/// What a word of a template stands for.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Flag(bool),
    List(Vec<View>),
}

/// The words that a template may use.
pub(crate) type View = HashMap<&'static str, Value>;

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// Fills in a template.
///
/// # Errors
/// A value that the view does not have, or a section without an end: the template is wrong.
pub(crate) fn render(template: &str, view: &View) -> Result<String> {
    let mut out = String::new();
    fill(&joined(template), view, &mut out)?;
    Ok(out)
}

/// A section's tag alone on its line leaves no line.
fn joined(template: &str) -> String {
    let line = |line: &'_ str| {
        let tag = line.trim();
        let alone =
            (tag.starts_with("{{#") || tag.starts_with("{{/")) && tag.find("}}") == tag.len().checked_sub(2);
        if alone { tag.to_owned() } else { line.to_owned() }
    };
    template.split_inclusive('\n').map(line).collect()
}

fn fill(template: &str, view: &View, out: &mut String) -> Result<()> {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (tag, after) = after.split_once("}}").context("a tag without an end")?;
        rest = after;
        let Some(word) = tag.strip_prefix('#') else {
            match view.get(tag) {
                Some(Value::Text(text)) => out.push_str(text),
                _ => bail!("no value for `{tag}`"),
            }
            continue;
        };
        let (inner, after) = after
            .split_once(&format!("{{{{/{word}}}}}"))
            .with_context(|| format!("`{word}` without an end"))?;
        rest = after;
        match view.get(word) {
            Some(Value::Flag(true)) => fill(inner, view, out)?,
            Some(Value::List(list)) => list.iter().try_for_each(|each| fill(inner, each, out))?,
            Some(Value::Text(_)) => bail!("`{word}` is no section"),
            Some(Value::Flag(false)) | None => {}
        }
    }
    out.push_str(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_flags_and_lists() {
        let item =
            |name: &str, last: bool| View::from([("name", name.to_owned().into()), ("last", last.into())]);
        let list = Value::List(vec![item("a", false), item("{{b}}", true)]);
        let view = View::from([
            ("list", list),
            ("yes", true.into()),
            ("no", false.into()),
            ("x", "1".to_owned().into()),
        ]);
        let template = "{{#list}}\n  - {{name}}{{#last}} (last){{/last}}\n{{/list}}\n{{#no}}\nnot {{this}}\n{{/no}}\n  {{#yes}}\n  x = {{x}}\n  {{/yes}}\n{{#nothing}}never{{/nothing}}end";
        assert_eq!(render(template, &view).unwrap(), "  - a\n  - {{b}} (last)\n  x = 1\nend");
        for wrong in ["{{y}}", "{{#yes}}", "{{", "{{yes}}", "{{#x}}{{/x}}"] {
            assert!(render(wrong, &view).is_err(), "{wrong}");
        }
    }
}
