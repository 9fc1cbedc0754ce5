//! The least that a fan-out can cost: one thread, one prebuilt frame, one write for each client.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::stamp;

/// Serves until it is killed. Everybody who connects gets every frame.
///
/// # Errors
/// When the port can't be had.
pub fn serve(port: u16, rate: f64, burst: usize, text: &str) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let (newcomers, arrivals) = mpsc::channel();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            // A client that fails its handshake is left out.
            if greet(&socket).is_ok() {
                let _ = newcomers.send(socket);
            }
        }
    });
    let one = frame(text);
    let mut frame = one.repeat(burst.max(1));
    let stamps: Vec<usize> = stamp::position(&one)
        .map(|at| (0..burst.max(1)).map(|turn| turn * one.len() + at).collect())
        .unwrap_or_default();
    let mut clients: Vec<TcpStream> = Vec::new();
    let (started, mut told) = (Instant::now(), 0.0);
    loop {
        clients.extend(arrivals.try_iter());
        let due = (started.elapsed().as_secs_f64() * rate).floor();
        // Behind for good: what can't be had is not asked for twice.
        told = f64::max(told, due - rate);
        if told >= due {
            thread::sleep(Duration::from_millis(1));
            continue;
        }
        told += 1.0;
        for at in &stamps {
            if let Some(digits) = frame.get_mut(*at..at + stamp::DIGITS) {
                digits.copy_from_slice(stamp::now().as_bytes());
            }
        }
        clients.retain_mut(|client| client.write_all(&frame).is_ok());
    }
}

/// A text frame as a server sends it.
#[must_use]
pub fn frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    let mut frame = vec![0x81];
    if length < 126 {
        frame.push(u8::try_from(length).expect("below 126"));
    } else {
        frame.push(126);
        frame.extend(length.to_be_bytes());
    }
    frame.extend(text.as_bytes());
    frame
}

/// Reads the request and says yes; the load client does not look at the key.
fn greet(mut socket: &TcpStream) -> anyhow::Result<()> {
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while !request.ends_with(b"\r\n\r\n") {
        let count = socket.read(&mut buffer)?;
        request.extend(buffer.get(..count).filter(|bytes| !bytes.is_empty()).context("gone")?);
    }
    socket.write_all(
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n",
    )?;
    Ok(())
}
