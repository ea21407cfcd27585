"""What a chart runs in the browser."""

__all__ = ["DATES", "REFRESH"]

# Takes the bars in view over from `full` into what is drawn: each of them while they are few, else
# one for as many as share two pixels. Lines become the smallest and the largest of each share.
REFRESH = """
const size = full.data.time.length
const first = Math.max(0, Math.floor(view.start) - 1)
const last = Math.min(size, Math.ceil(view.end) + 2)
const share = Math.max(1, Math.ceil((last - first) / 2000))
const shares = Math.max(0, Math.ceil((last - first) / share))
const pick = {
  first: (a, i, j) => { for (; i < j; i++) if (!isNaN(a[i])) return a[i]; return NaN },
  last: (a, i, j) => { while (--j >= i) if (!isNaN(a[j])) return a[j]; return NaN },
  low: (a, i, j) => {
    let found = NaN
    for (; i < j; i++) if (!(a[i] >= found) && !isNaN(a[i])) found = a[i]
    return found
  },
  high: (a, i, j) => {
    let found = NaN
    for (; i < j; i++) if (!(a[i] <= found) && !isNaN(a[i])) found = a[i]
    return found
  },
}
const rows = {x: new Float64Array(shares), time: new Float64Array(shares)}
const points = {x: new Float64Array(share == 1 ? shares : 2 * shares)}
points.time = new Float64Array(points.x.length)
for (let k = 0; k < shares; k++) {
  const i = first + k * share, middle = i + (share - 1) / 2
  rows.x[k] = middle
  rows.time[k] = full.data.time[i]
  if (share == 1) {
    points.x[k] = i
    points.time[k] = full.data.time[i]
  } else {
    points.x[2 * k] = middle - share / 4
    points.x[2 * k + 1] = middle + share / 4
    points.time[2 * k] = points.time[2 * k + 1] = full.data.time[i]
  }
}
rows.width = new Float64Array(shares).fill(0.9 * share)
points.width = new Float64Array(points.x.length).fill(share == 1 ? 0.8 : share / 2)
for (const [name, kind] of Object.entries(kinds)) {
  const values = full.data[name]
  const told = new Float64Array(shares), choose = pick[kind == "line" ? "last" : kind]
  for (let k = 0; k < shares; k++) {
    const i = first + k * share
    told[k] = choose(values, i, Math.min(i + share, last))
  }
  rows[name] = told
  if (kind == "line") {
    const out = new Float64Array(points.x.length)
    for (let k = 0; k < shares; k++) {
      const i = first + k * share, j = Math.min(i + share, last)
      if (share == 1) out[k] = values[i]
      else {
        out[2 * k] = pick.low(values, i, j)
        out[2 * k + 1] = pick.high(values, i, j)
      }
    }
    points[name] = out
  }
}
for (const [prefix, colors] of Object.entries(bars.tags[0])) {
  const o = rows[prefix + "open"], c = rows[prefix + "close"]
  for (const [name, pair] of Object.entries(colors)) {
    const out = new Array(shares)
    for (let k = 0; k < shares; k++) out[k] = pair[o[k] < c[k] ? 0 : 1]
    rows[name] = out
  }
}
bars.data = rows
lines.data = points
for (const [name, range] of Object.entries(volumes)) {
  const largest = pick.high(rows[name], 0, shares)
  if (largest > 0) range.setv({start: 0, end: largest / scaling})
}
"""

# Texts for the numbers of bars: dates, with the time where bars are closer than a day.
DATES = """
const times = full.data.time
const time = times[Math.round(tick)]
if (time === undefined || tick != Math.round(tick)) return ""
const text = new Date(time).toISOString()
return daily ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ")
"""
