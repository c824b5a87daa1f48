-- Put failed jobs back into `wait` with all their attempts. ARGV: now (ms), then ids; without ids the oldest 1,000.
-- Returns how many are waiting again, and how many failed ones are left.
local ids = {}
for index = 2, #ARGV do
  ids[index - 1] = ARGV[index]
end
if #ids == 0 then
  ids = redis.call('ZRANGE', FAILED, 0, 999)
end
local retried = 0
for _, id in ipairs(ids) do
  if redis.call('ZREM', FAILED, id) == 1 and redis.call('EXISTS', job_key(id)) == 1 then
    redis.call('HDEL', job_key(id), 'finishedOn', 'processedOn', 'failedReason', 'atm', 'ats', 'stc')
    offer(id, 'LPUSH', ARGV[1])
    announce('waiting', id, 'prev', 'failed')
    retried = retried + 1
  end
end
return {retried, redis.call('ZCARD', FAILED)}
