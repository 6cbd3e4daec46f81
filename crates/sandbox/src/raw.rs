//! A tiny HTTP client for tests of sandboxes, which shows the wire as it is: no reply at all, half a
//! body, every header.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    head: String,
    /// As much of the body as came.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The body as text; unreadable bytes are replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether the body is as long as the head says.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.header("content-length") == Some(self.body.len().to_string().as_str())
    }
}

/// Sends a request on a connection of its own; none when nothing came back. `head` is the request
/// line and the headers that are not about the connection.
///
/// # Errors
/// There is no connection.
pub async fn send(to: SocketAddr, head: &str, body: &[u8]) -> io::Result<Option<Answer>> {
    let mut stream = TcpStream::connect(to).await?;
    let length = body.len();
    let head =
        format!("{head}\r\nhost: {to}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut received = Vec::new();
    // A reset is one of the ways a connection breaks; what came before it counts.
    let _ = stream.read_to_end(&mut received).await;
    Ok(read(&received))
}

fn read(received: &[u8]) -> Option<Answer> {
    let end = received.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = received.split_at_checked(end)?;
    let head = String::from_utf8_lossy(head).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head, body: body.get(4..)?.to_vec() })
}
