--[[
  Makes one decision about one incident true, all or nothing.

  KEYS  1 incident hash   2 log   3 outbox   4 timers   5 open incidents   6 history   7 due:people   8 due:machine
        9 unposted of the channel   10 channels   11 group   12 card   13 members   14 due:evidence
        15 due:pages   16 due:letters   17 due:news   18 who was told   19 policy
        20 due:runs   21 what the audit's chain must still hold
        then one key per alert, then one key per day of statistics, then one key per owner whose follow-ups changed
  ARGV  1 incident id            2 version it was read at (0: it does not exist yet)
        3 snapshot               4 next wake-up in epoch ms, or ''
        5 'open' or 'over'       6 lane: 'people', 'machine' or 'quiet'
        7 now (epoch ms)         8 rank among incidents without a card (lower is more urgent)
        9 channel id             10 holder of the group when it was read, or '' (only when opening)
        11 opened at (epoch ms)  12 how long an incident that is over is kept, in seconds
        13 number of events      14 number of outbox rows     15 number of alerts    16 number of statistics
        17 how long a day of statistics is kept, in seconds       18 number of moments of evidence
        19 number of pages' targets that changed   20 number of letters   21 policy to keep, or ''   22 '1': who was told must hear of this
        23 number of follow-ups that changed   24 place of the first owner's key among KEYS
        25 number of entries of the log   26 '1': they are the whole log, packed, with the new events in it
        27 number of runs whose time changed   28 number of rows for the audit's chain
        then entries of the log, outbox rows, per alert: expected head, alert key, value;
        per statistic: index of its day among the day keys, field, increment; moments of evidence;
        per page and target: its id, when it may be sent (epoch ms) or '' when it is not on its way any more; versions of letters;
        per follow-up: index of its owner among the owners' keys (from 0), its name, when it is due (epoch ms) or '' when it is theirs no more;
        per run: its id, when it is due (epoch ms) or ''; rows for the audit's chain
  Returns the new version; -1 the incident moved on, -2 the group moved on, -3 an alert moved on.
]]
local id, seen = ARGV[1], tonumber(ARGV[2])
local opening = seen == 0
if (tonumber(redis.call('HGET', KEYS[1], 'v')) or 0) ~= seen then return -1 end
if opening and (redis.call('GET', KEYS[11]) or '') ~= ARGV[10] then return -2 end

local events, rows, alerts, stats = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15]), tonumber(ARGV[16])
local firstRow = 29 + tonumber(ARGV[25])
local firstAlert = firstRow + rows
for i = 0, alerts - 1 do
  local value = redis.call('GET', KEYS[22 + i])
  local head = value and string.match(value, '^[^|]*') or ''
  if head ~= ARGV[firstAlert + 3 * i] then return -3 end
end

local keep, over = tonumber(ARGV[12]), ARGV[5] == 'over'
for i = 0, alerts - 1 do
  redis.call('SET', KEYS[22 + i], ARGV[firstAlert + 3 * i + 2], 'EX', keep)
end
if events == 0 then return seen end
for i = 0, alerts - 1 do redis.call('SADD', KEYS[13], ARGV[firstAlert + 3 * i + 1]) end

if ARGV[26] == '1' then redis.call('DEL', KEYS[2]) end
for i = 29, firstRow - 1 do redis.call('RPUSH', KEYS[2], ARGV[i]) end
for i = firstRow, firstAlert - 1 do redis.call('RPUSH', KEYS[3], ARGV[i]) end
local version = seen + events
redis.call('HSET', KEYS[1], 'v', version, 's', ARGV[3])

if ARGV[4] == '' then redis.call('ZREM', KEYS[4], id) else redis.call('ZADD', KEYS[4], ARGV[4], id) end
if over then
  redis.call('ZREM', KEYS[5], id)
  if redis.call('GET', KEYS[11]) == id then redis.call('DEL', KEYS[11]) end
else
  redis.call('ZADD', KEYS[5], ARGV[11], id)
  if opening then redis.call('SET', KEYS[11], id) else redis.call('SET', KEYS[11], id, 'NX') end
end
if opening then
  redis.call('ZADD', KEYS[6], ARGV[11], id)
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', ARGV[7] - 1000 * ARGV[17])
end

if ARGV[6] ~= 'quiet' then
  redis.call('HSET', KEYS[1], 'cv', version)
  if ARGV[6] == 'people' then redis.call('HSET', KEYS[1], 'pv', version) end
  if redis.call('HEXISTS', KEYS[12], 'ts') == 1 then
    redis.call('ZADD', ARGV[6] == 'people' and KEYS[7] or KEYS[8], 'NX', ARGV[7], id)
  else
    redis.call('ZADD', KEYS[9], 'LT', ARGV[8], id)
    redis.call('SADD', KEYS[10], ARGV[9])
  end
end

local firstStat = firstAlert + 3 * alerts
for i = 0, stats - 1 do
  local at = firstStat + 3 * i
  local day = KEYS[21 + alerts + tonumber(ARGV[at])]
  redis.call('HINCRBY', day, ARGV[at + 1], ARGV[at + 2])
  redis.call('EXPIRE', day, ARGV[17])
end

local firstMoment = firstStat + 3 * stats
for i = firstMoment, firstMoment + tonumber(ARGV[18]) - 1 do
  redis.call('ZADD', KEYS[14], 'NX', ARGV[7], id .. '/' .. ARGV[i])
end

local firstPage = firstMoment + tonumber(ARGV[18])
local firstLetter = firstPage + 2 * tonumber(ARGV[19])
for i = firstPage, firstLetter - 1, 2 do
  if ARGV[i + 1] == '' then redis.call('ZREM', KEYS[15], ARGV[i]) else redis.call('ZADD', KEYS[15], ARGV[i + 1], ARGV[i]) end
end
for i = firstLetter, firstLetter + tonumber(ARGV[20]) - 1 do
  redis.call('ZADD', KEYS[16], 'NX', ARGV[7], id .. '/' .. ARGV[i])
end
local firstFollowUp = firstLetter + tonumber(ARGV[20])
for i = 0, tonumber(ARGV[23]) - 1 do
  local at = firstFollowUp + 3 * i
  local theirs = KEYS[ARGV[24] + tonumber(ARGV[at])]
  if ARGV[at + 2] == '' then redis.call('ZREM', theirs, ARGV[at + 1]) else
    redis.call('ZADD', theirs, ARGV[at + 2], ARGV[at + 1])
    redis.call('EXPIRE', theirs, keep)
  end
end
local firstRun = firstFollowUp + 3 * tonumber(ARGV[23])
local firstAudit = firstRun + 2 * tonumber(ARGV[27])
for i = firstRun, firstAudit - 1, 2 do
  if ARGV[i + 1] == '' then redis.call('ZREM', KEYS[20], ARGV[i]) else redis.call('ZADD', KEYS[20], ARGV[i + 1], ARGV[i]) end
end
for i = firstAudit, firstAudit + tonumber(ARGV[28]) - 1 do redis.call('RPUSH', KEYS[21], ARGV[i]) end
if ARGV[21] ~= '' then redis.call('SET', KEYS[19], ARGV[21], 'NX') end
if ARGV[22] == '1' and redis.call('EXISTS', KEYS[18]) == 1 then redis.call('ZADD', KEYS[17], ARGV[7], id) end

-- Counted for the summary of a storm, which stands for incidents without a card.
if over and redis.call('HEXISTS', KEYS[12], 'ts') == 1 then redis.call('DEL', KEYS[13]) end
for _, key in ipairs({ KEYS[1], KEYS[2], KEYS[3], KEYS[12], KEYS[13], KEYS[18] }) do
  if over then redis.call('EXPIRE', key, keep) elseif not opening then redis.call('PERSIST', key) end
end
return version
