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

def transpose: . as $rows | [range([$rows[] | length] | max // 0) as $i | [$rows[][$i]]];
def @json: tojson;
def @csv: map(if isstring then "\"" + (split("\"") | join("\"\"")) + "\"" else tostring end) | join(",");
def @tsv: map(tostring | gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")) | join("\t");
