-- The queue's keys, and the moves that several scripts share. KEYS[1] is "<prefix>:learning:"; all keys lie in its slot.
-- The layout is BullMQ's, so that its dashboards read the queue and its producers add to it.
local base = KEYS[1]
local WAIT, PAUSED, ACTIVE, PRIORITIZED = base .. 'wait', base .. 'paused', base .. 'active', base .. 'prioritized'
local DELAYED, COMPLETED, FAILED = base .. 'delayed', base .. 'completed', base .. 'failed'
local META, MARKER, EVENTS, STALLED = base .. 'meta', base .. 'marker', base .. 'events', base .. 'stalled'

local function job_key(id)
  return base .. id
end

local function lock_key(id)
  return base .. id .. ':lock'
end

-- An entry of the stream that BullMQ's QueueEvents reads.
local function announce(event, id, ...)
  local longest = redis.call('HGET', META, 'opts.maxLenEvents')
  if not longest then
    longest = 10000
    redis.call('HSET', META, 'opts.maxLenEvents', longest)
  end
  redis.call('XADD', EVENTS, 'MAXLEN', '~', longest, '*', 'event', event, 'jobId', id, ...)
end

local function paused()
  return redis.call('HEXISTS', META, 'paused') == 1
end

-- Ready to be claimed: pushed at the left to be the last, at the right to be the next. A BullMQ worker waits for the marker.
local function offer(id, push, now)
  redis.call('HSET', job_key(id), 'delay', 0, 'waitingSince', now)
  if paused() then
    redis.call(push, PAUSED, id)
  else
    redis.call(push, WAIT, id)
    redis.call('ZADD', MARKER, 0, '0')
  end
end

-- Scores are milliseconds x 4096; the low bits keep jobs that are due in the same millisecond in their order.
local function delay(id, due, now)
  local first = due * 4096
  local last = redis.call('ZREVRANGEBYSCORE', DELAYED, first + 4095, first, 'WITHSCORES', 'LIMIT', 0, 1)
  local score = first
  if #last > 0 then
    score = math.min(tonumber(last[2]) + 1, first + 4095)
  end
  redis.call('HSET', job_key(id), 'delay', math.max(0, due - now))
  redis.call('ZADD', DELAYED, score, id)
  redis.call('ZADD', MARKER, tonumber(redis.call('ZRANGE', DELAYED, 0, 0, 'WITHSCORES')[2]) / 4096, '1')
  announce('delayed', id, 'delay', due)
end

local function state_of(id)
  if redis.call('ZSCORE', DELAYED, id) then
    return 'delayed'
  elseif redis.call('LPOS', ACTIVE, id) then
    return 'active'
  elseif redis.call('LPOS', WAIT, id) or redis.call('LPOS', PAUSED, id) or redis.call('ZSCORE', PRIORITIZED, id) then
    return 'waiting'
  elseif redis.call('ZSCORE', COMPLETED, id) then
    return 'completed'
  elseif redis.call('ZSCORE', FAILED, id) then
    return 'failed'
  end
  return 'missing'
end

local function forget(set, ids)
  for _, id in ipairs(ids) do
    redis.call('ZREM', set, id)
    redis.call('DEL', job_key(id), job_key(id) .. ':logs')
  end
end

-- Finished jobs are kept for a while, at most so many. Bounded work a call: a backlog is trimmed by the next ones.
local function trim(set, newest_kept, oldest_kept)
  forget(set, redis.call('ZRANGEBYSCORE', set, '-inf', '(' .. oldest_kept, 'LIMIT', 0, 100))
  local surplus = redis.call('ZCARD', set) - newest_kept
  if surplus > 0 then
    forget(set, redis.call('ZRANGE', set, 0, math.min(surplus, 100) - 1))
  end
end

-- Take a job out of `active` on behalf of the owner of its claim. False when the claim is no longer the caller's.
local function give_up_claim(id, token)
  if redis.call('GET', lock_key(id)) ~= token then
    return false
  end
  redis.call('DEL', lock_key(id))
  redis.call('SREM', STALLED, id)
  return redis.call('LREM', ACTIVE, -1, id) > 0
end
