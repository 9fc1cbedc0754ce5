//! A cluster of three machines loses one node of anything, and two of three, while riders book. Nothing that was
//! confirmed is lost or done twice, and the service comes back. `make cluster-test` makes the cluster and runs this. The
//! times go to `target/cluster.md`.

mod machines;
mod phones;
mod rush;

use machines::{Machine, Part, cut_between};
use rush::Rush;

/// Injects a fault while riders work, and heals it after some more work. Then compares all answers with the database.
async fn survives<F>(fault: &str, bring_about: impl AsyncFnOnce() -> F) {
    let mut rush = Rush::start().await;
    rush.some_work().await;
    rush.fault_begins();
    let healing = bring_about().await;
    rush.some_work().await;
    drop(healing);
    rush.some_work().await;
    rush.agrees(fault).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_of_each_kind_is_killed() {
    for part in [Part::Booking, Part::Inventory, Part::Gateway, Part::Nginx, Part::Etcd] {
        survives(&format!("kill -9: {part:?}"), async || Machine(1).kill(part)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_of_each_kind_is_frozen() {
    for part in [Part::Booking, Part::Inventory, Part::Gateway, Part::Nginx, Part::Etcd] {
        survives(&format!("SIGSTOP: {part:?}"), async || Machine(1).freeze(part)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_that_leads_is_killed() {
    survives("kill -9: the Postgres that leads, with its Patroni", async || {
        rush::database_leader().await.kill(Part::Postgres);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_that_leads_is_frozen() {
    survives("SIGSTOP: the Postgres that leads, with its Patroni", async || {
        rush::database_leader().await.freeze(Part::Postgres)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_synchronous_replica_is_killed() {
    survives("kill -9: the synchronous replica, with its Patroni", async || {
        rush::synchronous_replica().await.kill(Part::Postgres);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_is_killed() {
    for machine in [1, 2] {
        survives(&format!("kill -9: RabbitMQ of machine {machine}"), async || {
            Machine(machine).kill(Part::Rabbitmq);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_is_frozen() {
    for machine in [1, 2] {
        survives(&format!("SIGSTOP: RabbitMQ of machine {machine}"), async || {
            Machine(machine).freeze(Part::Rabbitmq)
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_cut_off() {
    survives("network: the machine whose Postgres leads", async || rush::database_leader().await.cut_off())
        .await;
    survives("network: the machine of the synchronous replica", async || {
        rush::synchronous_replica().await.cut_off()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_machines_do_not_hear_each_other() {
    for (one, other) in [(1, 2), (1, 3), (2, 3)] {
        survives(&format!("network: between {one} and {other}"), async || cut_between(one, other)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_two_machines_bookings_are_refused_and_nothing_breaks() {
    let mut rush = Rush::start().await;
    rush.some_work().await;
    let leader = rush::database_leader().await;
    let replica = rush::synchronous_replica().await;
    rush.fault_begins();
    let (leader_cut, replica_cut) = (leader.cut_off(), replica.cut_off());
    let third = Machine(6 - leader.0 - replica.0);
    rush.refused_for_good(third).await;
    drop(replica_cut);
    rush.some_work().await;
    drop(leader_cut);
    rush.some_work().await;
    rush.agrees("network: two machines, then one returns").await;
}
