//! Ten thousand clients that connect, subscribe, stall in the middle of what they are sent, and vanish without a word.
//! The gateway must end as it began: no more memory, descriptors, threads or connections.

use futures_util::future::join_all;
use testbed::raw::{RawSocket, client_frame};
use testbed::{Database, Program, until};

use crate::instance::{all_ready, gateways, metric};

const CYCLES: usize = 10_000;
/// Clients at a time.
const AT_ONCE: usize = 50;
/// Looks at the gateway, evenly over the cycles.
const LOOKS: usize = 20;
/// The looks from here on are compared: until then buffers and pools grow to the size that they need.
const WARM: usize = 8;
/// A client that is never forgotten costs more than this: an idle connection takes 1.5 KB (`make bench`).
const BYTES_PER_CYCLE: f64 = 512.0;

/// What a process has.
#[derive(Debug)]
struct Look {
    cycles: f64,
    resident: f64,
    descriptors: usize,
    threads: usize,
}

impl Look {
    fn at(process: u32, cycles: usize) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
        let number = |name: &str| -> u32 {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().next().unwrap().parse().unwrap()
        };
        let descriptors = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
        Self {
            cycles: f64::from(u32::try_from(cycles).unwrap()),
            resident: f64::from(number("VmRSS:")) * 1_024.0,
            descriptors,
            threads: usize::try_from(number("Threads:")).unwrap(),
        }
    }
}

/// One client's life.
async fn cycle(gateway: &str, number: usize) {
    let path = if number.is_multiple_of(2) { "/ws/stations/" } else { "/ws/stations/?bbox=-180,-90,180,90" };
    let deflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    let deflate = if number.is_multiple_of(3) { deflate } else { "" };
    // Many addresses, as the proxy names them: one alone may not open so many.
    let address = format!("X-Forwarded-For: 10.{}.{}.1\r\n", number % 256, number / 256 % 256);
    let mut socket = RawSocket::open(gateway, path, &format!("{deflate}{address}")).await;
    assert_eq!(socket.status(), 101);
    let wish = r#"{"type":"subscribe","channels":["station_1","station_2","stations_all","nonsense"]}"#;
    let half = &client_frame(0x01, wish.as_bytes())[..20];
    socket.send(&client_frame(0x81, wish.as_bytes())).await;
    // Some vanish in the middle of a frame. None has read anything: the kernel resets the connection.
    if number.is_multiple_of(5) {
        socket.send(half).await;
    }
}

/// Bytes per cycle, by least squares.
fn slope(looks: &[Look]) -> f64 {
    let count = f64::from(u32::try_from(looks.len()).unwrap());
    let mean = |value: fn(&Look) -> f64| looks.iter().map(value).sum::<f64>() / count;
    let (x, y) = (mean(|look| look.cycles), mean(|look| look.resident));
    let together: f64 = looks.iter().map(|look| (look.cycles - x) * (look.resident - y)).sum();
    let alone: f64 = looks.iter().map(|look| (look.cycles - x).powi(2)).sum();
    together / alone
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_clients_that_vanish_leave_nothing_behind() {
    all_ready().await;
    let database = Database::of_instance().await;
    database.stations(&[5; 20]).await;
    let gateway = gateways()[1].clone();
    let process = Program::of_instance("gateway-2").pid().expect("a running gateway");
    let before = metric(&gateway, "swapwire_gateway_connections").await;
    let mut looks = Vec::new();
    for look in 1..=LOOKS {
        let each = CYCLES / LOOKS;
        for batch in 0..each / AT_ONCE {
            // Something to send while they stall.
            database.run("SELECT inventory.announce_stations()").await;
            join_all((0..AT_ONCE).map(|number| cycle(&gateway, batch * AT_ONCE + number))).await;
        }
        until("the gateway has let everybody go", async || {
            metric(&gateway, "swapwire_gateway_connections").await <= before
        })
        .await;
        looks.push(Look::at(process, look * each));
    }
    println!("{looks:#?}");
    let warm = &looks[WARM..];
    assert!(slope(warm) < BYTES_PER_CYCLE, "memory grows by {:.0} bytes per client", slope(warm));
    let (first, last) = (&warm[0], &warm[warm.len() - 1]);
    // The connection that asks for the metrics may be counted once more or less.
    assert!(
        last.descriptors <= first.descriptors + 2,
        "descriptors: {} to {}",
        first.descriptors,
        last.descriptors
    );
    assert!(last.threads <= first.threads, "threads: {} to {}", first.threads, last.threads);
}

#[test]
fn a_slope_is_what_grows_for_each_cycle() {
    let look = |cycles: f64, resident: f64| Look { cycles, resident, descriptors: 0, threads: 0 };
    let looks = [look(0.0, 1_000.0), look(10.0, 4_000.0), look(20.0, 7_000.0)];
    assert!((slope(&looks) - 300.0).abs() < 1e-6);
}
