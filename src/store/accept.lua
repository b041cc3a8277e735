--[[
  Makes messages durable, each once.

  KEYS  1 inbox (stream)   2… mark of each message
  ARGV  1 how long a mark is kept, in seconds   2… payload (JSON) of each message
  Returns for each message 1 when it was stored now, 0 when it is known.
]]
local stored = {}
for i = 2, #KEYS do
  stored[i - 1] = 0
  if redis.call('SET', KEYS[i], '1', 'NX', 'EX', ARGV[1]) then
    redis.call('XADD', KEYS[1], '*', 'a', ARGV[i])
    stored[i - 1] = 1
  end
end
return stored
