--[[
  Ends a round for one message about who is on call, unless there is something new to draw.

  KEYS  1 the message (hash)   2 messages that are due (sorted set)
  ARGV  1 name   2 the revision that was drawn   3 from when it may be served again, where something is new
  Returns 1 when nothing is left.
]]
if redis.call('HGET', KEYS[1], 'revision') == ARGV[2] then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return 1
end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 0
