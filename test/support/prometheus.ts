const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/;

/** Samples of Prometheus' text format by name and labels as written. Throws on a line that is none, and on one without HELP and TYPE. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  const described = { HELP: new Set<string>(), TYPE: new Set<string>() };
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind, name] = /^# (HELP|TYPE) (\S+) \S/.exec(line) ?? [];
    if ((kind === 'HELP' || kind === 'TYPE') && name !== undefined) {
      described[kind].add(name);
      continue;
    }
    const [, series = '', value = ''] = sample.exec(line) ?? [];
    const family = series.replace(/\{.*/, '');
    const isKnown = [family, family.replace(/_(bucket|sum|count)$/, '')].some(
      (each) => described.HELP.has(each) && described.TYPE.has(each),
    );
    const number = Number(value.replace('+Inf', 'Infinity'));
    if (!isKnown || (Number.isNaN(number) && !/^nan$/i.test(value))) throw new Error(`no sample: ${line}`);
    samples.set(series, number);
  }
  return samples;
}
