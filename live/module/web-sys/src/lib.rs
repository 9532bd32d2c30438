//! A stand-in for what plotters takes of web-sys: a page that measures text without drawing it.
//!
//! plotters puts a text into the page and asks how large it is. This page answers as plotters itself does where there is no
//! page (`style/font/naive.rs`, plotters 0.3.7): with em = size / 1.24², a text is 0.7 em a byte wide and 1.24 em high.

use std::cell::RefCell;

use wasm_bindgen::JsCast;

/// A window.
pub struct Window;

/// The window there is.
pub fn window() -> Option<Window> {
    Some(Window)
}

impl Window {
    /// Its document.
    pub fn document(&self) -> Option<Document> {
        Some(Document)
    }
}

/// A document.
pub struct Document;

impl Document {
    /// Its body.
    pub fn body(&self) -> Option<HtmlElement> {
        Some(HtmlElement(Node::default()))
    }

    /// An element without text.
    pub fn create_element(&self, _: &str) -> Result<Element, ()> {
        Ok(Element::default())
    }
}

/// An element whose text and style are given to it.
#[derive(Debug, Default)]
pub struct Element {
    bytes: RefCell<usize>,
    size: RefCell<f64>,
}

impl Element {
    /// Gives it this text.
    pub fn set_text_content(&self, text: Option<&str>) {
        *self.bytes.borrow_mut() = text.map_or(0, str::len);
    }

    /// Gives it a style, of which the size of the font counts.
    pub fn set_attribute(&self, _: &str, style: &str) -> Result<(), ()> {
        let size = style.split_once("font-size: ").ok_or(())?.1;
        let size = size.split_once("px").ok_or(())?.0;
        // As one whole number over a power of ten: reading any number takes a table of ten thousand bytes.
        let (whole, part) = size.split_once('.').unwrap_or((size, ""));
        let digits: u64 = [whole, part].concat().parse().map_err(|_| ())?;
        *self.size.borrow_mut() = digits as f64 / 10_f64.powi(part.len() as i32);
        Ok(())
    }
}

/// A node: how large it is.
#[derive(Debug, Default)]
pub struct Node {
    width: i32,
    height: i32,
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        let em = element.size.into_inner() / 1.24 / 1.24;
        let bytes = element.bytes.into_inner() as f64;
        Self {
            width: (em * 0.7 * bytes).round() as i32,
            height: em.round() as i32 + (em * 0.24).round() as i32,
        }
    }
}

impl JsCast for Node {}

/// An element of a page.
pub struct HtmlElement(Node);

impl From<Node> for HtmlElement {
    fn from(node: Node) -> Self {
        Self(node)
    }
}

impl HtmlElement {
    /// Puts a node into it.
    pub fn append_with_node_1(&self, _: &Node) -> Result<(), ()> {
        Ok(())
    }

    /// Its height in pixels.
    pub fn offset_height(&self) -> i32 {
        self.0.height
    }

    /// Its width in pixels.
    pub fn offset_width(&self) -> i32 {
        self.0.width
    }

    /// Takes it out of the page.
    pub fn remove(&self) {}
}
