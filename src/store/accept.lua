--[[
  Makes one message durable, once.

  KEYS  1 mark of the message   2 inbox (stream)
  ARGV  1 how long the mark is kept, in seconds   2 payload (JSON)
  Returns 1 when it was stored now, 0 when it is known.
]]
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
redis.call('XADD', KEYS[2], '*', 'a', ARGV[2])
return 1
