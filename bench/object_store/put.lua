-- For wrk: puts objects of 4 KiB, each under a key of its own.
local threads = 0
function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end
local number = 0
local body = string.rep("x", 4096)
function init(args)
  run = args[1] or "0"
end
function request()
  number = number + 1
  return wrk.format("PUT", "/bucket/" .. run .. "-" .. id .. "-" .. number, nil, body)
end
