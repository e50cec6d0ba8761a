import { createHash } from "node:crypto";
import { libraryScripts, type LibraryScripts } from "@/lib/limits/redis/library-scripts";

/** A script and the name that Redis knows it by. */
export interface Script {
  text: string;
  sha: string;
}

/** What is run on the Redis that nodes share. */
export interface LimitScripts {
  take: Script;
  look: Script;
}

/** Upstash runs a script that says so beside others; plain Redis refuses the line. */
export const upstashHeader = "#!lua flags=allow-key-locking\n";

/** Makes the scripts; `header` stands in front of each. */
export async function limitScripts(header: string): Promise<LimitScripts> {
  const library = await libraryScripts();
  return { take: scriptOf(header + takeScript(library)), look: scriptOf(header + lookScript) };
}

function scriptOf(text: string): Script {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/**
 * Several calls in one step, each all or nothing: its limits are asked in turn by the library's own scripts, and when
 * one refuses, those before get back what they gave (the library's negative rate) before anybody else is heard.
 *
 * ARGV: now, number of calls; for each call its cost and number of parts; for each part its kind (s, b or q) and
 * three words: s limit, window, nothing; b size, window, refill; q limit, life, seed or nothing. KEYS in that order,
 * two for s, one for b and q. Answers for each call a verdict (0 passed, n part n refused, -1 a quota needs its
 * seed and nothing was taken, -2 an error) and for each part what is left (-1 not asked) and a bucket's next refill.
 */
function takeScript({ slidingWindow, tokenBucket }: LibraryScripts): string {
  return `local function slidingWindow(KEYS, ARGV)
${slidingWindow}
end
local function tokenBucket(KEYS, ARGV)
${tokenBucket}
end
local now = ARGV[1]
local ask = {
  s = function(part, cost)
    local answer = slidingWindow(part.keys, {part[1], now, part[2], cost})
    return answer[1] >= 0, answer[1], 0
  end,
  b = function(part, cost)
    local answer = tokenBucket(part.keys, {part[1], part[2], part[3], now, cost})
    return answer[1] >= 0, answer[1], answer[2]
  end,
  q = function(part, cost)
    local limit = tonumber(part[1])
    if cost > 0 and part.used + cost > limit then return false, limit - part.used, 0 end
    return true, limit - redis.call('INCRBY', part.keys[1], cost), 0
  end
}
local function begin(parts)
  for _, part in ipairs(parts) do
    if part.kind == 'q' then
      local used = redis.call('GET', part.keys[1])
      if used == false then
        if part[3] == '' then return false end
        redis.call('SET', part.keys[1], part[3], 'PX', part[2])
        used = part[3]
      end
      part.used = tonumber(used)
    end
  end
  return true
end
local function take(parts, cost)
  if not begin(parts) then return -1 end
  for i, part in ipairs(parts) do
    local passed
    passed, part.left, part.reset = ask[part.kind](part, cost)
    if not passed then
      for j = 1, i - 1 do
        local given = parts[j]
        passed, given.left, given.reset = ask[given.kind](given, -cost)
      end
      return i
    end
  end
  return 0
end
local answers, key, word = {}, 1, 3
for _ = 1, tonumber(ARGV[2]) do
  local cost, count, parts = tonumber(ARGV[word]), tonumber(ARGV[word + 1]), {}
  word = word + 2
  for i = 1, count do
    local kind = ARGV[word]
    local keys = kind == 's' and {KEYS[key], KEYS[key + 1]} or {KEYS[key]}
    parts[i] = {ARGV[word + 1], ARGV[word + 2], ARGV[word + 3], kind = kind, keys = keys}
    key, word = key + #keys, word + 4
  end
  local whole, verdict = pcall(take, parts, cost)
  answers[#answers + 1] = whole and verdict or -2
  for i = 1, count do
    answers[#answers + 1] = parts[i].left or -1
    answers[#answers + 1] = parts[i].reset or 0
  end
end
return answers`;
}

/** KEYS and for each its kind (s, b or q). Answers for each two numbers, -1 where there is none: count; tokens, refill. */
const lookScript = `local answers = {}
for i, key in ipairs(KEYS) do
  local found
  if ARGV[i] == 'b' then
    found = redis.call('HMGET', key, 'tokens', 'refilledAt')
  else
    found = {redis.call('GET', key), false}
  end
  answers[#answers + 1] = tonumber(found[1] or -1)
  answers[#answers + 1] = tonumber(found[2] or -1)
end
return answers`;
