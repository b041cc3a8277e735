--[[
  A token bucket, unless the method is paused because Slack said so.

  KEYS  1 bucket (hash: t tokens, a time of the last look)   2 pause
  ARGV  1 now (epoch ms)  2 capacity  3 refill in tokens per ms  4 tokens that must be left for others
  Returns 0 when a token was taken, else the ms to wait.
]]
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause end

local now, capacity, refill, left = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local tokens = tonumber(redis.call('HGET', KEYS[1], 't')) or capacity
local at = tonumber(redis.call('HGET', KEYS[1], 'a')) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * refill)

local wait = 0
-- Sums of fractions fall a little short of a whole.
if tokens - left >= 1 - 1e-6 then tokens = tokens - 1 else wait = math.ceil((1 + left - tokens) / refill) end
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'a', tostring(math.max(now, at)))
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / refill) + 60000)
return wait
