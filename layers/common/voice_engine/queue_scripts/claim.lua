-- Move what is due to `wait`, then claim the next job. ARGV: owner's token, claim (ms), now (ms).
-- Returns how many entries without a job were dropped and, when there is a job, its id, name, data and failed attempts.
local token, claim_ms, now = ARGV[1], ARGV[2], tonumber(ARGV[3])

local due = redis.call('ZRANGEBYSCORE', DELAYED, '-inf', (now + 1) * 4096 - 1, 'LIMIT', 0, 1000)
for _, id in ipairs(due) do
  redis.call('ZREM', DELAYED, id)
  if redis.call('EXISTS', job_key(id)) == 1 then
    offer(id, 'LPUSH', now)
    announce('waiting', id, 'prev', 'delayed')
  end
end

if paused() then
  return {0}
end

local function next_id()
  local id = redis.call('LMOVE', WAIT, ACTIVE, 'RIGHT', 'LEFT')
  if id then
    return id
  end
  local first = redis.call('ZPOPMIN', PRIORITIZED)
  if #first > 0 then
    redis.call('LPUSH', ACTIVE, first[1])
    return first[1]
  end
end

local dropped = 0
while dropped < 1000 do
  local id = next_id()
  if not id then
    return {dropped}
  end
  if redis.call('EXISTS', job_key(id)) == 1 then
    redis.call('SET', lock_key(id), token, 'PX', claim_ms)
    redis.call('HSET', job_key(id), 'processedOn', now)
    redis.call('HINCRBY', job_key(id), 'ats', 1)
    announce('active', id, 'prev', 'waiting')
    local job = redis.call('HMGET', job_key(id), 'name', 'data', 'atm')
    return {dropped, id, job[1] or '', job[2] or '', job[3] or '0'}
  end
  redis.call('LREM', ACTIVE, 1, id)
  dropped = dropped + 1
end
return {dropped}
