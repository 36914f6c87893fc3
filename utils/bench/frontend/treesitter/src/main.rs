//! Measures tree-sitter-go as main.go measures Go's own front ends:
//!
//!   treesitter-bench LIST ROUNDS [EVERY]
//!
//! On one thread, from bytes in memory to the finished tree, on every EVERYth
//! file of LIST. Prints name, MB/s of CPU time (best of the rounds) and the live heap bytes
//! that the finished trees keep for each byte of source.

use tree_sitter::{Parser, Tree};

/// glibc's count of the bytes in use: tree-sitter's trees are C's.
#[repr(C)]
#[derive(Default)]
struct Mallinfo2 {
    arena: usize,
    ordblks: usize,
    smblks: usize,
    hblks: usize,
    hblkhd: usize,
    usmblks: usize,
    fsmblks: usize,
    uordblks: usize,
    fordblks: usize,
    keepcost: usize,
}

extern "C" {
    fn mallinfo2() -> Mallinfo2;
    /// Microseconds of CPU time.
    fn clock() -> i64;
}

fn cpu_seconds() -> f64 {
    unsafe { clock() as f64 / 1e6 }
}

fn live_heap() -> usize {
    let info = unsafe { mallinfo2() };
    info.uordblks + info.hblkhd
}

fn parse(parser: &mut Parser, source: &[u8]) -> Tree {
    parser.parse(source, None).expect("no time limit is set")
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let rounds: usize = args[2].parse().expect("ROUNDS is a number");
    let every: usize = args.get(3).map_or(8, |a| a.parse().expect("EVERY is a number"));
    let list = std::fs::read_to_string(&args[1]).expect("LIST can be read");
    let files: Vec<Vec<u8>> = list
        .lines()
        .step_by(every)
        .map(|name| std::fs::read(name).expect("a listed file can be read"))
        .collect();
    let size: usize = files.iter().map(Vec::len).sum();

    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_go::LANGUAGE.into())
        .expect("the grammar fits the library");
    let mut best = f64::MAX;
    for _ in 0..rounds {
        let start = cpu_seconds();
        for source in &files {
            parse(&mut parser, source);
        }
        best = best.min(cpu_seconds() - start);
    }

    let mut kept = Vec::with_capacity(files.len());
    let before = live_heap();
    for source in &files {
        kept.push(parse(&mut parser, source));
    }
    let after = live_heap();
    let wrong = kept.iter().filter(|t| t.root_node().has_error()).count();
    if wrong > 0 {
        eprintln!("tree-sitter-go finds errors in {wrong} of {} files", files.len());
    }
    println!(
        "tree-sitter-go\t{:.1}\t{:.2}",
        size as f64 / 1e6 / best,
        (after - before) as f64 / size as f64
    );
}
