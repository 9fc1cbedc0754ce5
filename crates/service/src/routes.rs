//! Declaring endpoints: a path once, with its methods. What else a path answers (405 with `Allow`) and what has to be
//! documented follow from that.

use actix_web::http::Method;
use actix_web::web::{self, PathConfig, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, Responder};

use crate::{Problem, server};

/// A path and what it does.
pub struct Resource {
    path: &'static str,
    methods: Vec<Method>,
    inner: actix_web::Resource,
}

/// A path, without methods so far.
#[must_use]
pub fn at(path: &'static str) -> Resource {
    Resource { path, methods: Vec::new(), inner: web::resource(path) }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $method:ident),+ $(,)?) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name<F, Args>(self, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            self.with(Method::$method, handler)
        })+
    };
}

impl Resource {
    methods! {
        /// GET.
        get GET,
        /// POST.
        post POST,
        /// PUT.
        put PUT,
        /// PATCH.
        patch PATCH,
        /// DELETE.
        delete DELETE,
    }

    fn with<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.methods.push(method.clone());
        let inner = self.inner.route(web::method(method).to(handler));
        Self { inner, ..self }
    }

    /// What is answered when the path holds an id that can't be read: nothing has it.
    #[must_use]
    pub fn unknown(self, problem: fn(&HttpRequest) -> Problem) -> Self {
        let config = PathConfig::default().error_handler(move |_, request| problem(request).into());
        Self { inner: self.inner.app_data(config), ..self }
    }

    /// Puts it into an application.
    pub fn mount(self, config: &mut ServiceConfig) {
        let allowed: Vec<&str> = self.methods.iter().map(Method::as_str).collect();
        config.service(self.inner.default_service(server::only(allowed.join(", "))));
    }

    /// Its endpoints, as `GET /stations/{station_id}/`.
    pub fn endpoints(&self) -> impl Iterator<Item = String> {
        self.methods.iter().map(|method| format!("{method} {}/", self.path))
    }
}
