--[[
  Adds events to the exact set of an alert and reports the set.

    KEYS[1]  members  sorted set, member = event key, score = event time in ms
    KEYS[2]  alert    hash; only its TTL is renewed, so that both live as long
    ARGV[1]  TTL in ms
    ARGV[2…] for each event: event time in ms, event key

  Returns { count, first, last } as texts. An event that is there counts once.
]]
local members, alert = KEYS[1], KEYS[2]

for argument = 2, #ARGV, 2 do
  redis.call('ZADD', members, 'NX', ARGV[argument], ARGV[argument + 1])
end
redis.call('PEXPIRE', members, ARGV[1])
redis.call('PEXPIRE', alert, ARGV[1])

local first = redis.call('ZRANGE', members, 0, 0, 'WITHSCORES')
local last = redis.call('ZRANGE', members, -1, -1, 'WITHSCORES')
return { tostring(redis.call('ZCARD', members)), first[2] or '0', last[2] or '0' }
