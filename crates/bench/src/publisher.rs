//! Who publishes where the server does not do it by itself: the same bytes over a plain socket, so many times a
//! second, from the load's core.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::server::Pace;

/// A thread that publishes.
pub struct Publisher {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Publisher {
    /// Says hello and begins. It ends by itself when the server does.
    ///
    /// # Errors
    /// When the server does not listen.
    pub fn start(address: SocketAddr, hello: &str, message: &str, pace: Pace) -> anyhow::Result<Self> {
        let mut socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.write_all(hello.as_bytes())?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        let turn = message.repeat(pace.burst);
        let thread = thread::spawn(move || publish(socket, turn.as_bytes(), pace.rate, &stopping));
        Ok(Self { stop, thread: Some(thread) })
    }
}

fn publish(mut socket: TcpStream, turn: &[u8], rate: f64, stop: &AtomicBool) {
    let (started, mut told) = (Instant::now(), 0.0);
    while !stop.load(Ordering::Relaxed) {
        let due = (started.elapsed().as_secs_f64() * rate).floor();
        // Behind for good: what can't be had is not asked for twice.
        told = f64::max(told, due - rate);
        if told >= due {
            thread::sleep(Duration::from_millis(1));
            continue;
        }
        told += 1.0;
        if socket.write_all(turn).is_err() {
            return;
        }
    }
}

impl Drop for Publisher {
    /// The server has to be gone by now, or a write that it does not take would never end.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
