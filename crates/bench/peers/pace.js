// So many turns a second, made up for when the clock was late. Between two turns the event loop has its own, or a
// server that is asked for more than it can do would greet nobody.
module.exports = function pace(rate, turn) {
  const started = performance.now();
  let told = 0;
  const next = () => {
    const due = Math.floor(((performance.now() - started) / 1000) * rate);
    // Behind for good: what can't be had is not asked for twice.
    if (due - told > rate) told = due - rate;
    if (told >= due) return setTimeout(next, 1);
    told++;
    turn();
    setImmediate(next);
  };
  if (rate > 0) next();
};
