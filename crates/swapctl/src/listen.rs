//! `swapctl listen`: prints what a screen gets, a message a line, until Ctrl-C.

use events::UserId;
use service::auth::Role;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use anyhow::Context;
use futures_util::StreamExt;

use crate::settings::Settings;
use crate::token;

/// Which channel.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One station; without it all of them.
    #[arg(long, conflicts_with = "user")]
    station_id: Option<i64>,
    /// A rider's own messages instead.
    #[arg(long)]
    user: Option<i64>,
}

/// Listens until the gateway or Ctrl-C ends it.
///
/// # Errors
/// When the socket can't be opened.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let path = match (arguments.user, arguments.station_id) {
        (Some(_), _) => "/ws/notifications/".to_owned(),
        (None, Some(id)) => format!("/ws/stations/{id}/"),
        (None, None) => "/ws/stations/".to_owned(),
    };
    let url = settings.websocket(&path)?;
    let mut request = url.as_str().into_client_request()?;
    if let Some(user) = arguments.user {
        let token = token::issue(settings, UserId(user), Role::Rider, chrono::Duration::days(1))?;
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
    }
    let (mut socket, _) = connect_async(request).await.with_context(|| format!("opening {url}"))?;
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(()),
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => println!("{text}"),
                Some(Ok(Message::Close(frame))) => {
                    anyhow::bail!("the gateway closed: {frame:?}");
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error).context("reading from the gateway"),
                None => anyhow::bail!("the gateway is gone"),
            },
        }
    }
}
