--[[
  Writes what a look at a signal has found.

  KEYS  1 hash of the signal   2 sorted set: when each is looked at
  ARGV  1 key of the signal   2 when it was heard, as the look saw it   3 silent since, as the look saw it, or ''
        4 silent since, from now on, or ''   5 when to look again, or '': not before it speaks
  Returns 1; 0 when it has changed since: then it is looked at again at once, and only a silence that was told is kept.
]]
local heard = redis.call('HGET', KEYS[1], 'heard')
if not heard then return 0 end
local silent = redis.call('HGET', KEYS[1], 'silent') or ''
local isAsSeen = heard == ARGV[2] and silent == ARGV[3]
if isAsSeen or (silent == '' and ARGV[4] ~= '') then
  if ARGV[4] == '' then redis.call('HDEL', KEYS[1], 'silent') else redis.call('HSET', KEYS[1], 'silent', ARGV[4]) end
end
if not isAsSeen then
  redis.call('ZADD', KEYS[2], 0, ARGV[1])
  return 0
end
if ARGV[5] == '' then redis.call('ZREM', KEYS[2], ARGV[1]) else redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1]) end
return 1
