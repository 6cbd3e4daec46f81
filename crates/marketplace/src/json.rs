//! JSON that marketplaces answer with, read by name and not by position.
//!
//! serde takes an array for a struct, member by member, and the first or last of two members of one
//! name. Neither is evidence: `["h-1", "COMPLETE"]` names no handle, and an object that says two
//! things of one member says nothing. [`Response::json`](crate::Response::json),
//! [`graphql::Envelope::part`](crate::graphql::Envelope::part) and
//! [`oauth::read_token`](crate::oauth::read_token) read by these rules; so should whatever else
//! takes an answer apart.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Number, Value};

/// Reads a value from bytes.
///
/// ```
/// use trueup_marketplace::json;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Saved {
///     handle: String,
/// }
/// let saved: Saved = json::read(br#"{"handle":"h-1"}"#)?;
/// assert_eq!(saved.handle, "h-1");
/// assert!(json::read::<Saved>(br#"["h-1"]"#).is_err());
/// assert!(json::read::<Saved>(br#"{"handle":"h-1","handle":"h-2"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Where the bytes are not JSON, an object has two members of one name, or the value is not of the
/// form that is wanted; a struct is an object.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let Once(value) = serde_json::from_slice(bytes)?;
    take(value)
}

/// Takes a value apart that was read already.
///
/// # Errors
/// Where it is not of the form that is wanted; a struct is an object.
pub fn take<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    T::deserialize(ByName(value))
}

/// A value whose structs and maps are objects, at every depth.
struct ByName(Value);

impl ByName {
    fn members<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Value::Object(members) = self.0 else {
            return Err(Error::custom("an object is expected"));
        };
        let mut members = MapDeserializer::new(named(members));
        let value = visitor.visit_map(&mut members)?;
        members.end().map(|()| value)
    }

    fn items<'de, V: Visitor<'de>>(items: Vec<Value>, visitor: V) -> Result<V::Value, Error> {
        let mut items = SeqDeserializer::new(items.into_iter().map(ByName));
        let value = visitor.visit_seq(&mut items)?;
        items.end().map(|()| value)
    }
}

fn named(members: Map<String, Value>) -> impl Iterator<Item = (String, ByName)> {
    members.into_iter().map(|(name, value)| (name, ByName(value)))
}

impl<'de> Deserializer<'de> for ByName {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(fact) => visitor.visit_bool(fact),
            Value::Number(number) => number.deserialize_any(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => Self::items(items, visitor),
            Value::Object(_) => self.members(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.members(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.members(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(members) => {
                visitor.visit_enum(MapAccessDeserializer::new(MapDeserializer::new(named(members))))
            }
            other => other.deserialize_enum(name, variants, visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for ByName {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A value in which no object has two members of one name.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON in which no object has two members of one name")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, fact: bool) -> Result<Value, E> {
        Ok(Value::Bool(fact))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Once(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Once(value))) = map.next_entry()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("an object has two members of one name"));
            }
        }
        Ok(Value::Object(members))
    }
}
