//! The encoded forms of one message. Each is made when the first client needs it and shared by all that need it later.
//! The hub doesn't know what a form is: the encoder numbers them.

use std::sync::OnceLock;

use bytes::Bytes;

/// A list that only grows, so that it is read without a lock. A message has one or two forms as a rule.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    first: OnceLock<Box<Form>>,
}

#[derive(Debug)]
struct Form {
    number: u8,
    bytes: Bytes,
    others: Forms,
}

impl Forms {
    /// The form with this number; `encode` makes it when it is not there.
    pub(crate) fn get_or_make(&self, number: u8, encode: impl FnOnce() -> Bytes) -> &Bytes {
        let mut encode = Some(encode);
        let mut forms = self;
        loop {
            let form = forms.first.get_or_init(|| {
                let bytes = encode.take().map_or_else(Bytes::new, |encode| encode());
                Box::new(Form { number, bytes, others: Self::default() })
            });
            if form.number == number {
                return &form.bytes;
            }
            forms = &form.others;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_made_once_and_shared() {
        let forms = Forms::default();
        for number in [3, 1, 2, 1, 3] {
            let bytes = forms.get_or_make(number, || Bytes::from(vec![number; 4]));
            assert_eq!(bytes, &vec![number; 4]);
        }
        let again = forms.get_or_make(1, || unreachable!("it is there"));
        assert_eq!(again.as_ptr(), forms.get_or_make(1, Bytes::new).as_ptr());
    }
}
