# What `jq` defines on top of the functions that a value type gives.

def delpaths($paths): without_paths($paths);
def del(f): without_paths([path(f)]);

def tonumber:
  if isnumber then .
  elif isstring then (fromjson? // null) as $n | if $n | isnumber then $n else error("cannot parse as a number: \(.)") end
  else error("cannot make a number of \(.)") end;
def toboolean:
  if isboolean then . elif . == "true" then true elif . == "false" then false
  else error("cannot make a boolean of \(.)") end;

def in(xs):     . as $key  | xs | has($key);
def inside(xs): . as $part | xs | contains($part);
def index($i):  indices($i)[0];
def rindex($i): indices($i)[-1];

def reverse:
  def turned: [.[length - 1 - range(length)]];
  if isstring then explode | turned | implode else turned end;
def join($between):
  reduce .[] as $each (null;
    (if . == null then "" else . + $between end)
    + ($each | if isboolean or isnumber then tojson else . // "" end)) // "";
def flatten: [.[] | recurse(arrays[]) | select(isarray | not)];
def flatten_to($depth): if isarray and $depth > 0 then .[] | flatten_to($depth - 1) end;
def flatten($depth):
  if $depth < 0 then error("flatten: a depth below zero") else [.[] | flatten_to($depth)] end;

# Those of the language, which take what is below zero for zero.
def limit_of($n; f): limit($n; f);
def skip_of($n; f): skip($n; f);
def limit($n; f): if $n < 0 then error("limit: a count below zero") else limit_of($n; f) end;
def skip($n; f): if $n < 0 then error("skip: a count below zero") else skip_of($n; f) end;
def nth($n; f): first(skip($n; f));

# Whether it is one of what `source` gives; whether anything that `source` gives is in `among`.
def IN(source): . as $sought | any(source; . == $sought);
def IN(source; among): any(source; IN(among));

# Rows by a key, and rows beside those of another table.
def INDEX(rows; key): reduce rows as $row ({}; .[$row | key | tostring] = $row);
def INDEX(key): INDEX(.[]; key);
def JOIN($table; rows; key): rows | [., $table[key]];
def JOIN($table; key): [JOIN($table; .[]; key)];
def JOIN($table; rows; key; both): JOIN($table; rows; key) | both;

def leaf_paths: paths(scalars);

def gamma: lgamma;

def tostream:
  path(def r: (.[]? | r), .; r) as $path
  | getpath($path)
  | reduce path(.[]?) as $below ([$path, .]; [$path + $below]);
def fromstream(f):
  {whole: null, is_end: false} as $start
  | foreach f as $event ($start;
      if .is_end then $start end
      | if $event | length == 2
        then .is_end = ($event[0] | length == 0) | setpath(["whole"] + $event[0]; $event[1])
        else .is_end = ($event[0] | length == 1) end;
      if .is_end then .whole else empty end);
def truncate_stream(stream):
  . as $depth | null | stream
  | if (.[0] | length) > $depth then .[0] |= .[$depth:] else empty end;

def transpose: . as $rows | [range([$rows[] | length] | max // 0) as $i | [$rows[][$i]]];
def @json: tojson;

def row_of_fields(name; f):
  if isarray | not then error("\(tojson) is no array, and only an array makes a line of \(name)") else
    map(if isstring then f elif isnumber or isboolean then tostring elif . == null then ""
        else error("\(tojson) cannot be a field of \(name)") end) end;
def @csv: row_of_fields("CSV"; "\"" + (split("\"") | join("\"\"")) + "\"") | join(",");
def @tsv:
  row_of_fields("TSV"; gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")) | join("\t");
