--[[
  Counts a try at a code, and hands out what it is to be compared with.

  KEYS  1 hash of the code (h hash, s salt, p phone, u good until in epoch ms, n tries)
  ARGV  1 now (epoch ms)   2 tries that are allowed
  Returns {} without a code, {'old'}, {'many'}, or {'try', hash, salt, phone, tries that are left after this one}.
]]
local code = redis.call('HMGET', KEYS[1], 'h', 's', 'p', 'u')
if not code[1] then return {} end
if tonumber(ARGV[1]) > tonumber(code[4]) then
  redis.call('DEL', KEYS[1])
  return { 'old' }
end
local tries = redis.call('HINCRBY', KEYS[1], 'n', 1)
if tries > tonumber(ARGV[2]) then return { 'many' } end
return { 'try', code[1], code[2], code[3], tonumber(ARGV[2]) - tries }
