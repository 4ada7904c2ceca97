-- engine-net, its demo, its tools and its tests.
--
--   tools/build [debug|release|sanitize|thread]
--
-- or, by hand:   premake5 gmake && make -C build -j config=debug

newoption {
    trigger = "enet-source",
    value = "DIR",
    description = "Compile ENet in from its sources, for systems whose libenet binds its own calls"
}

local enet_source = _OPTIONS["enet-source"]
local out = enet_source and "build/enet-source" or "build"
local generated = "build/generated"

-- Compile and link with a system package, by the name pkg-config knows it under.
local function use(package)
    local function each(what, prefix)
        local flags, values = os.outputof("pkg-config " .. what .. " " .. package) or "", {}
        for value in flags:gmatch(prefix .. "(%S+)") do
            table.insert(values, value)
        end
        return values
    end
    externalincludedirs(each("--cflags-only-I", "%-I"))
    defines(each("--cflags-only-other", "%-D"))
    links(each("--libs-only-l", "%-l"))
end

-- A static library's own links do not reach its users, so this names the whole chain in order:
-- engine-net before ENet, because it replaces ENet's socket functions by its own.
local function use_engine_net()
    links { "engine-net", enet_source and "enet-source" or "enet" }
    for library in os.outputof("tools/libraries"):gmatch("%S+") do
        links { library }
    end
end

local function use_arena_rules()
    includedirs { "demo-server" }
    links { "arena-rules" }
end

local function use_client_model()
    includedirs { "demo-client" }
    links { "client-model" }
end

local function use_lobby_watch_screens()
    includedirs { "tools" }
    links { "lobby-watch-screens" }
end

local function use_program()
    includedirs { "tools" }
    links { "program" }
    use "spdlog"
end

-- Boost's libraries are headers; what need not be in them is compiled in src/bridge/boost_sources.
local function use_boost()
    defines { "BOOST_ASIO_SEPARATE_COMPILATION", "BOOST_BEAST_SEPARATE_COMPILATION" }
end

workspace "engine-net"
    location(out)
    targetdir(out .. "/bin/%{cfg.buildcfg}")
    configurations { "debug", "release", "sanitize", "thread", "fuzz" }

    language "C++"
    cppdialect "C++20"
    warnings "Extra"
    fatalwarnings { "All" }
    buildoptions { "-ffp-contract=off", "-fno-omit-frame-pointer" }
    includedirs { "engine-net/include", generated }

    if enet_source then
        defines { "ENGINE_NET_ENET_SOURCE" }
        externalincludedirs { path.join(enet_source, "include") }
    end

    -- g++ 12 sees overlapping copies in every `"text" + std::string` (its bug 105329). clang++ does
    -- not know the warnings that are switched off for g++'s sake.
    filter "language:C++"
        buildoptions {
            "-Wconversion", "-Wshadow", "-Wold-style-cast", "-Wnon-virtual-dtor",
            "-Wno-restrict", "-Wno-unknown-warning-option"
        }

    filter "configurations:release"
        optimize "Speed"
        defines { "NDEBUG" }
        -- g++ 12 packs neighbours into vectors even where each is needed alone at once; the codec is
        -- 2 % slower for it.
        buildoptions { "-fno-tree-slp-vectorize" }
        -- At this level g++ 12 sees bounds overstepped in std::string and std::vector that are not.
        buildoptions { "-Wno-array-bounds", "-Wno-stringop-overflow", "-Wno-stringop-overread" }

    filter "configurations:not release"
        optimize "Debug"
        symbols "On"

    -- Less to debug with is all that a sanitizer's report needs, and a tenth faster to compile.
    filter "configurations:sanitize"
        sanitize { "Address", "UndefinedBehavior" }
        buildoptions { "-fno-sanitize-recover=all", "-g1" }

    filter "configurations:thread"
        sanitize { "Thread" }
        defines { "BOOST_ASIO_DISABLE_FENCED_BLOCK" } -- fences are beyond it; locks do the same
        buildoptions { "-g1" }

    filter "configurations:fuzz" -- what tools/fuzz links its targets with; by clang++ only
        sanitize { "Address", "UndefinedBehavior" }
        buildoptions { "-fsanitize=fuzzer-no-link", "-fno-sanitize-recover=all", "-g1" }
        warnings "Off"

-- A header for each schema, one with the compiled schema for each that has a root type, and one for
-- each trained prior. A project of its own, so that every header exists before any file that
-- includes one is compiled, however many jobs make runs.
project "schemas"
    kind "Utility"
    files { "schemas/*.fbs", "schemas/*.prior", "tests/schemas/*.fbs" }

    filter "files:**.fbs"
        buildmessage "flatc %{file.name}"
        buildcommands {
            "flatc --cpp --scoped-enums --gen-name-strings --bfbs-gen-embed -I %[schemas] -o %[" ..
                generated .. "] %[%{!file.abspath}]"
        }
        buildinputs(os.matchfiles("schemas/*.fbs"))
        buildoutputs { generated .. "/%{file.basename}_generated.h" }

    filter "files:**.prior"
        buildmessage "embed %{file.name}"
        buildcommands {
            "%[tools/embed] %[%{!file.abspath}] %{file.basename}_prior %[" .. generated ..
                "/%{file.basename}_prior_generated.h]"
        }
        buildinputs { "tools/embed" }
        buildoutputs { generated .. "/%{file.basename}_prior_generated.h" }

if enet_source then
    project "enet-source"
        kind "StaticLib"
        language "C"
        warnings "Off"
        for _, file in ipairs(os.matchfiles(path.join(enet_source, "*.c"))) do
            local name = path.getname(file)
            if name ~= "unix.c" and name ~= "win32.c" then files { file } end
        end
end

project "engine-net"
    kind "StaticLib"
    files { "engine-net/include/**.h", "engine-net/include/**.hpp", "engine-net/src/**.hpp", "engine-net/src/**.cpp" }
    includedirs { "engine-net/src" }
    use_boost()
    dependson { "schemas" }

    -- For tools/install, which makes the shared library of the same objects.
    filter "configurations:release"
        pic "On"
        buildoptions { "-fno-semantic-interposition" }

project "arena-rules"
    kind "StaticLib"
    files { "demo-server/rules/*.hpp", "demo-server/rules/*.cpp" }
    includedirs { "demo-server" }
    dependson { "schemas" }

project "program"
    kind "StaticLib"
    files { "tools/program/*.hpp", "tools/program/*.cpp" }
    includedirs { "tools" }
    use "spdlog"
    dependson { "schemas" }

project "demo-server"
    kind "ConsoleApp"
    files { "demo-server/*.hpp", "demo-server/*.cpp" }
    use_arena_rules()
    use_program()
    use_engine_net()

-- What demo-client's screens show, without the screens.
project "client-model"
    kind "StaticLib"
    files { "demo-client/model/*.hpp", "demo-client/model/*.cpp" }
    includedirs { "demo-client", "demo-server", "tools" }
    dependson { "schemas" }

project "demo-client"
    kind "ConsoleApp"
    files {
        "demo-client/*.hpp", "demo-client/*.cpp",
        "demo-client/screens/*.hpp", "demo-client/screens/*.cpp",
        "tools/window/*.hpp", "tools/window/*.cpp"
    }
    use_client_model()
    use_arena_rules()
    use_program()
    use_engine_net()
    use "imgui SDL2_image sdl2 gl"

-- What lobby-watch shows and does, without its window.
project "lobby-watch-screens"
    kind "StaticLib"
    files {
        "tools/lobby-watch/model/*.hpp", "tools/lobby-watch/model/*.cpp",
        "tools/lobby-watch/screens/*.hpp", "tools/lobby-watch/screens/*.cpp"
    }
    includedirs { "tools" }
    use "imgui"

project "lobby-watch"
    kind "ConsoleApp"
    files {
        "tools/lobby-watch/*.hpp", "tools/lobby-watch/*.cpp",
        "tools/window/*.hpp", "tools/window/*.cpp"
    }
    use_lobby_watch_screens()
    use_program()
    use_engine_net()
    use "imgui SDL2_image sdl2 gl"

project "bench"
    kind "ConsoleApp"
    files { "tools/bench/*.hpp", "tools/bench/*.cpp" }
    includedirs { "engine-net/src" }
    use_boost()
    use_arena_rules()
    use_program()
    use_engine_net()
    use "liblzma"

project "bots"
    kind "ConsoleApp"
    files { "tools/bots/*.hpp", "tools/bots/*.cpp" }
    use_arena_rules()
    use_program()
    use_engine_net()

project "train-prior"
    kind "ConsoleApp"
    files { "tools/train-prior/*.hpp", "tools/train-prior/*.cpp" }
    includedirs { "engine-net/src" }
    use_program()
    use_engine_net()

project "replay"
    kind "ConsoleApp"
    files { "tools/replay/*.hpp", "tools/replay/*.cpp" }
    includedirs { "engine-net/src" }
    use_program()
    use_engine_net()

project "token"
    kind "ConsoleApp"
    files { "tools/token/*.hpp", "tools/token/*.cpp" }
    use_program()
    use_engine_net()

project "tests"
    kind "ConsoleApp"
    files { "tests/main.cpp" }
    for _, part in ipairs {
        "support", "core", "wire", "transport", "replication", "replay", "session", "room",
        "cluster", "server", "client", "bridge", "fleet", "c_api", "arena", "demo_client",
        "lobby_watch", "end_to_end"
    } do
        files { "tests/" .. part .. "/*.hpp", "tests/" .. part .. "/*.cpp" }
    end
    includedirs { "tests", "engine-net/src" }
    dependson { "fuzz-targets" }
    use_client_model()
    use_lobby_watch_screens()
    use_arena_rules()
    use_program()
    use_engine_net()
    use "imgui"

-- Those of the tests that have to do with threads: all that the thread sanitizer is built for. What else
-- there is end to end runs on one thread.
project "thread-tests"
    kind "ConsoleApp"
    files {
        "tests/main.cpp", "tests/core/worker_threads_tests.cpp",
        "tests/transport/host_tests.cpp", "tests/transport/host_socket_tests.cpp",
        "tests/transport/resolver_tests.cpp", "tests/replay/recorded_server_tests.cpp"
    }
    for _, part in ipairs { "support", "cluster", "bridge", "fleet" } do
        files { "tests/" .. part .. "/*.hpp", "tests/" .. part .. "/*.cpp" }
    end
    for _, part in ipairs {
        "address", "admin", "admin_recording", "threads", "user", "web_guest", "workers"
    } do
        files { "tests/end_to_end/" .. part .. "_tests.cpp" }
    end
    includedirs { "tests", "engine-net/src" }
    use_arena_rules()
    use_engine_net()

-- Those of the tests that have suites of many seeds: all that is run of them as released.
project "seed-tests"
    kind "ConsoleApp"
    files { "tests/main.cpp", "tests/support/*.hpp", "tests/support/*.cpp", "tests/arena/gunner.cpp" }
    for _, file in ipairs(os.matchfiles("tests/**_tests.cpp")) do
        if io.open(file):read("*a"):find("many seeds", 1, true) then
            files { file }
        end
    end
    includedirs { "tests", "engine-net/src" }
    use_arena_rules()
    use_engine_net()

-- Never linked here (tools/fuzz does): whoever changes what they use is told by the compiler.
project "fuzz-targets"
    kind "StaticLib"
    files { "tests/fuzz/*.cpp" }
    includedirs { "tests", "engine-net/src", "demo-server" }
    dependson { "schemas" }

-- The C API from C itself, which the tests of programs run.
project "two-players"
    kind "ConsoleApp"
    language "C"
    files { "tests/c_api/two_players.c" }
    buildoptions { "-std=c99", "-Wpedantic" }
    use_engine_net()
    links { "stdc++", "m" }

project "process-tests"
    kind "ConsoleApp"
    files {
        "tests/main.cpp", "tests/process/*.hpp", "tests/process/*.cpp",
        "tests/support/sidecar.hpp", "tests/support/sidecar.cpp",
        "tests/support/redis_server.hpp", "tests/support/redis_server.cpp"
    }
    includedirs { "tests" }
    use_arena_rules()
    use_engine_net()
    use "SDL2_image sdl2"
