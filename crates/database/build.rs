//! A new migration is a reason to build again: the compiler does not see that a folder has grown.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
    println!("cargo:rerun-if-changed=../../functions");
}
