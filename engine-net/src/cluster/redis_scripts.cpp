#include "cluster/redis_scripts.hpp"

#include "cluster/redis_script_sources.hpp"

#include <initializer_list>
#include <string_view>

namespace engine_net::cluster {

namespace {

// The keys, all behind the prefix P; a "stay" is NODE:EPOCH.
//
//   nodes           sorted set   nodes by the end of their lease, in ms of Redis's clock
//   node:N          hash         epoch, instance, name, version (of its records)
//   records:N       hash         its records
//   name:NAME       string       the number that this name had last
//   epoch           string       the highest epoch of a stay or channel
//   dead            set          stays that are over, whose members and rooms are still there
//   on:STAY         set          channels with members by this stay
//   on:STAY:C       set          these members
//   done:INSTANCE   string       the last operation on channels that was done for a process
//   chan:C          hash         epoch, next (number)
//   log:C           list         its newest entries
//   members:C       hash         members, and what they came with
//   counts:C        hash         by how many stays they are
//   claim:NAME      string       the holder's number, and what it gave
//   room:R          hash         stay, free, players, pending, keys, promised
//   rooms:STAY      set          rooms that it offers
//   seats:KEY       sorted set   rooms with a seat that is free, by players
//   kept            sorted set   ROOM:RESERVATION by their end
constexpr std::string_view common = R"lua(
local P = ARGV[1]
local call = redis.call
local time = call('TIME')
local us = time[1] * 1000000 + time[2]
local ms = math.floor(us / 1000)
local function text(number) return string.format('%.0f', number) end

local function new_epoch(least)
    local epoch = math.max(us, (tonumber(call('GET', P .. 'epoch')) or 0) + 1, least + 1)
    call('SET', P .. 'epoch', text(epoch))
    return text(epoch)
end

local function is_in(node, epoch)
    return call('HGET', P .. 'node:' .. node, 'epoch') == epoch
end

local function end_stay(node)
    local epoch = call('HGET', P .. 'node:' .. node, 'epoch')
    call('ZREM', P .. 'nodes', node)
    if not epoch then return end
    call('DEL', P .. 'node:' .. node, P .. 'records:' .. node)
    call('SADD', P .. 'dead', node .. ':' .. epoch)
    call('PUBLISH', P .. 'nodes', 'G ' .. node .. ' ' .. epoch .. '\n')
end
)lua";

constexpr std::string_view channels = R"lua(
local idle_seconds = 3600

local function open(c)
    local found = call('HMGET', P .. 'chan:' .. c, 'epoch', 'next')
    if found[1] then return found[1], tonumber(found[2]) end
    local epoch = new_epoch(0)
    call('DEL', P .. 'log:' .. c)
    call('HSET', P .. 'chan:' .. c, 'epoch', epoch, 'next', 1)
    call('EXPIRE', P .. 'chan:' .. c, idle_seconds)
    return epoch, 1
end

local function append(c, entry)
    local epoch, number = open(c)
    call('HSET', P .. 'chan:' .. c, 'next', text(number + 1))
    call('RPUSH', P .. 'log:' .. c, entry)
    call('LTRIM', P .. 'log:' .. c, -256, -1)
    if call('EXISTS', P .. 'counts:' .. c) == 0 then
        call('EXPIRE', P .. 'chan:' .. c, idle_seconds)
        call('EXPIRE', P .. 'log:' .. c, idle_seconds)
    else
        call('PERSIST', P .. 'chan:' .. c)
        call('PERSIST', P .. 'log:' .. c)
    end
    call('PUBLISH', P .. 'chan:' .. c, epoch .. ' ' .. text(number) .. '\n' .. entry)
end

-- Whether an operation is yet to be done: not of a stay that is over (0), nor twice (1).
local function why_not(node, epoch, instance, sequence)
    if not is_in(node, epoch) then return 0 end
    if sequence == '0' then return nil end
    local done = tonumber(call('GET', P .. 'done:' .. instance)) or 0
    if tonumber(sequence) <= done then return 1 end
    call('SET', P .. 'done:' .. instance, sequence, 'EX', 86400)
    return nil
end

local function leave(stay, c, user)
    if call('SREM', P .. 'on:' .. stay .. ':' .. c, user) == 0 then return end
    if call('EXISTS', P .. 'on:' .. stay .. ':' .. c) == 0 then call('SREM', P .. 'on:' .. stay, c) end
    if call('HINCRBY', P .. 'counts:' .. c, user, -1) > 0 then return end
    local frame = call('HGET', P .. 'members:' .. c, user) or ''
    call('HDEL', P .. 'counts:' .. c, user)
    call('HDEL', P .. 'members:' .. c, user)
    append(c, 'L' .. #user .. ' ' .. user .. frame)
end
)lua";

// NAME INSTANCE WANTED LEAST-EPOCH LEASE-MS -> node, epoch. WANTED is 0 for who was never in.
constexpr std::string_view enter = R"lua(
local name, instance, wanted = ARGV[2], ARGV[3], tonumber(ARGV[4])

local function is_live(node)
    local lease_end = call('ZSCORE', P .. 'nodes', node)
    return lease_end and tonumber(lease_end) >= ms
end
local function may_have(node)
    if not is_live(node) then return true end
    local holder = call('HMGET', P .. 'node:' .. node, 'instance', 'name')
    return holder[1] == instance or (wanted == 0 and holder[2] == name)
end

local node = wanted
if node == 0 then node = tonumber(call('GET', P .. 'name:' .. name)) or 0 end
if node == 0 or not may_have(node) then
    node = 0
    for i = 0, 4094 do
        local other = (us + i) % 4095 + 1
        if not is_live(other) then
            node = other
            break
        end
    end
end
if node == 0 then return {0, '0'} end
node = text(node)
end_stay(node)
local epoch = new_epoch(tonumber(ARGV[5]))
call('HSET', P .. 'node:' .. node, 'epoch', epoch, 'instance', instance, 'name', name, 'version', 0)
call('ZADD', P .. 'nodes', text(ms + ARGV[6]), node)
if wanted == 0 or tonumber(node) == wanted then
    call('SET', P .. 'name:' .. name, node, 'EX', 86400)
end
call('PUBLISH', P .. 'nodes', 'E ' .. node .. ' ' .. epoch .. '\n')
return {tonumber(node), epoch}
)lua";

// NODE EPOCH LEASE-MS NAME MAY-END-OTHERS -> whether it is in, dead stays, node, epoch, version,
// ...
constexpr std::string_view renew = R"lua(
local node, epoch = ARGV[2], ARGV[3]
if not is_in(node, epoch) then return {0, 0} end
call('ZADD', P .. 'nodes', text(ms + ARGV[4]), node)
call('EXPIRE', P .. 'name:' .. ARGV[5], 86400)
if ARGV[6] == '1' then
    local lapsed = call('ZRANGEBYSCORE', P .. 'nodes', '-inf', '(' .. text(ms), 'LIMIT', 0, 64)
    for _, other in ipairs(lapsed) do end_stay(other) end
end
local reply = {1, call('SCARD', P .. 'dead')}
for _, other in ipairs(call('ZRANGE', P .. 'nodes', 0, -1)) do
    local found = call('HMGET', P .. 'node:' .. other, 'epoch', 'version')
    table.insert(reply, other)
    table.insert(reply, found[1] or '0')
    table.insert(reply, found[2] or '0')
end
return reply
)lua";

// NODE EPOCH
constexpr std::string_view leave = R"lua(
if is_in(ARGV[2], ARGV[3]) then end_stay(ARGV[2]) end
return 1
)lua";

// STEPS -> how many dead stays are left. Each step leaves all in order for who goes on.
constexpr std::string_view clean = R"lua(
local steps = tonumber(ARGV[2])
while steps > 0 do
    local stay = call('SRANDMEMBER', P .. 'dead')
    if not stay then return 0 end
    local c = call('SRANDMEMBER', P .. 'on:' .. stay)
    if c then
        local users = call('SRANDMEMBER', P .. 'on:' .. stay .. ':' .. c, steps)
        for _, user in ipairs(users) do leave(stay, c, user) end
        if #users == 0 then call('SREM', P .. 'on:' .. stay, c) end
        steps = steps - math.max(1, #users)
    else
        local room = call('SPOP', P .. 'rooms:' .. stay)
        if not room then
            call('SREM', P .. 'dead', stay)
        elseif call('HGET', P .. 'room:' .. room, 'stay') == stay then
            remove_room(room)
        end
        steps = steps - 1
    end
end
return call('SCARD', P .. 'dead')
)lua";

// NODE EPOCH KEY [FRAME] -> whether it is in. Without a frame the record is dropped.
constexpr std::string_view put = R"lua(
local node, epoch, key, frame = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not is_in(node, epoch) then return 0 end
if frame then
    call('HSET', P .. 'records:' .. node, key, frame)
else
    call('HDEL', P .. 'records:' .. node, key)
end
local version = call('HINCRBY', P .. 'node:' .. node, 'version', 1)
local head = (frame and 'R ' or 'D ') .. node .. ' ' .. epoch .. ' ' .. version .. ' ' .. #key
call('PUBLISH', P .. 'nodes', head .. '\n' .. key .. (frame or ''))
return 1
)lua";

// NODE EPOCH (KEY FRAME)... -> whether it is in
constexpr std::string_view replace_records = R"lua(
local node, epoch = ARGV[2], ARGV[3]
if not is_in(node, epoch) then return 0 end
call('DEL', P .. 'records:' .. node)
for i = 4, #ARGV, 2 do call('HSET', P .. 'records:' .. node, ARGV[i], ARGV[i + 1]) end
local version = call('HINCRBY', P .. 'node:' .. node, 'version', 1)
call('PUBLISH', P .. 'nodes', 'T ' .. node .. ' ' .. epoch .. ' ' .. version .. '\n')
return 1
)lua";

// NODE -> epoch, version, (key, frame)...
constexpr std::string_view read_records = R"lua(
local found = call('HMGET', P .. 'node:' .. ARGV[2], 'epoch', 'version')
if not found[1] then return {'0', '0', {}} end
return {found[1], found[2], call('HGETALL', P .. 'records:' .. ARGV[2])}
)lua";

// NODE EPOCH INSTANCE SEQUENCE CHANNEL FRAME -> whether it is in
constexpr std::string_view say = R"lua(
local reason = why_not(ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if reason then return reason end
append(ARGV[6], 'S' .. ARGV[7])
return 1
)lua";

// NODE EPOCH INSTANCE SEQUENCE CHANNEL FRAME USER -> whether it is in
constexpr std::string_view enter_channel = R"lua(
local reason = why_not(ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if reason then return reason end
local stay, c, frame, user = ARGV[2] .. ':' .. ARGV[3], ARGV[6], ARGV[7], ARGV[8]
if call('SADD', P .. 'on:' .. stay .. ':' .. c, user) == 0 then return 1 end
call('SADD', P .. 'on:' .. stay, c)
if call('HINCRBY', P .. 'counts:' .. c, user, 1) > 1 then return 1 end
call('HSET', P .. 'members:' .. c, user, frame)
append(c, 'J' .. #user .. ' ' .. user .. frame)
return 1
)lua";

// NODE EPOCH INSTANCE SEQUENCE CHANNEL FRAME USER -> whether it is in. The frame is not used.
constexpr std::string_view leave_channel = R"lua(
local reason = why_not(ARGV[2], ARGV[3], ARGV[4], ARGV[5])
if reason then return reason end
leave(ARGV[2] .. ':' .. ARGV[3], ARGV[6], ARGV[8])
return 1
)lua";

// CHANNEL EPOCH NEXT -> epoch, next, entries up to it, members (user, frame, ...) unless these go
// on from what is known
constexpr std::string_view read_channel = R"lua(
local c, known = ARGV[2], tonumber(ARGV[4])
local epoch, number = open(c)
local entries = call('LRANGE', P .. 'log:' .. c, 0, -1)
if epoch == ARGV[3] and known <= number and known >= number - #entries then
    local missing = number - known
    if missing == 0 then return {epoch, text(number), {}} end
    return {epoch, text(number), call('LRANGE', P .. 'log:' .. c, -missing, -1)}
end
return {epoch, text(number), entries, call('HGETALL', P .. 'members:' .. c)}
)lua";

std::string join(std::initializer_list<std::string_view> parts) {
    std::string all;
    for (const std::string_view part : parts) all.append(part);
    return all;
}

} // namespace

std::string source_of(RedisScript script) {
    switch (script) {
    case RedisScript::enter: return join({common, enter});
    case RedisScript::renew: return join({common, renew});
    case RedisScript::leave: return join({common, leave});
    case RedisScript::clean: return join({common, channels, lua::seats, clean});
    case RedisScript::put: return join({common, put});
    case RedisScript::replace_records: return join({common, replace_records});
    case RedisScript::read_records: return join({common, read_records});
    case RedisScript::say: return join({common, channels, say});
    case RedisScript::enter_channel: return join({common, channels, enter_channel});
    case RedisScript::leave_channel: return join({common, channels, leave_channel});
    case RedisScript::read_channel: return join({common, channels, read_channel});
    case RedisScript::claim: return join({common, lua::claim});
    case RedisScript::release: return join({common, lua::release});
    case RedisScript::offer: return join({common, lua::seats, lua::offer});
    case RedisScript::reserve: return join({common, lua::seats, lua::reserve});
    }
    return {};
}

} // namespace engine_net::cluster
