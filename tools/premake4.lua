-- Lets Debian's premake4 (4.3) read ../premake5.lua, which is written for Premake 5:
--
--     premake4 --file=tools/premake4.lua gmake
--
-- It gives premake4 the part of Premake 5's vocabulary that premake5.lua uses, and makes the
-- makefiles it writes safe for "make -j". Nothing here is needed when Premake 5 is installed.

local gcc, make = premake.gcc, premake.make_cpp

-- Settings -------------------------------------------------------------------------------------

local setters = {
    string   = function(name, value) return premake.setstring("config", name, value) end,
    list     = function(name, value) return premake.setarray("config", name, value) end,
    dirlist  = function(name, value) return premake.setdirarray("config", name, value) end,
    filelist = function(name, value) return premake.setfilearray("config", name, value) end,
}

local function setting(kind, ...)
    for _, name in ipairs { ... } do
        premake.fields[name] = { kind = kind, scope = "config" }
        _G[name] = function(value) return setters[kind](name, value) end
    end
end

setting("string", "buildmessage", "cppdialect", "optimize", "pic", "symbols", "warnings")
setting("list", "buildcommands", "dependson", "fatalwarnings", "sanitize")
setting("dirlist", "externalincludedirs")
setting("filelist", "buildinputs", "buildoutputs")

table.insert(premake.fields.kind.allowed, "Utility")
table.insert(premake.action.get("gmake").valid_kinds, "Utility")

workspace = solution

-- To premake4 "configurations:debug" is "debug", "options:port=1" is "1", "files:**.fbs" "**.fbs".
-- It does not filter by language at all, so that term waits in the block until the project is known.
function filter(terms)
    local keywords, language = {}, nil
    for _, term in ipairs(table.flatten { terms }) do
        language = term:match("^language:(.+)") or language
        if not term:find("^language:") then
            table.insert(keywords, (term:gsub("%a+:", ""):gsub("[%w-]+=", "")))
        end
    end
    local block = configuration(keywords)
    block.only_language = language
    return block
end

local add_option = newoption
function newoption(option)
    add_option(option)
    _OPTIONS[option.trigger] = _OPTIONS[option.trigger] or option.default
end

function os.outputof(command)
    local pipe = io.popen(command)
    local text = pipe:read("*a"):gsub("%s+$", "")
    pipe:close()
    return text
end

-- Tokens: %{expression}, and %[path], which is relative to the script ---------------------------

local function expand(text, names)
    text = text:gsub("%%{!?(.-)}", function(expression)
        local value = assert(loadstring("return " .. expression))
        return tostring(setfenv(value, setmetatable(names, { __index = _G }))())
    end)
    return (text:gsub("%%%[(.-)%]", function(file)
        local absolute = path.getabsolute(path.join(names.prj.basedir, file))
        return '"' .. path.getrelative(names.prj.location, absolute) .. '"'
    end))
end

-- A copy of a setting, its tokens filled in where names are given.
local function expanded(value, names)
    if type(value) == "string" then return names and expand(value, names) or value end
    if type(value) ~= "table" then return value end
    local copy = {}
    for key, item in pairs(value) do copy[key] = expanded(item, names) end
    return copy
end

-- These name the file being built, so their tokens wait until its rule is written.
local per_file = {
    buildmessage = true, buildcommands = true, buildinputs = true, buildoutputs = true
}

local function per_configuration(name, value)
    if per_file[name] then return false end
    local text = type(value) == "table" and table.concat(value, "\n") or tostring(value)
    return text:find("%{cfg.", 1, true) ~= nil
end

-- A copy of those settings of a block for which wanted(name, value) holds, its tokens filled in.
local function copy_block(block, names, keywords, wanted)
    local copy = { terms = block.terms, keywords = table.join(block.keywords, keywords) }
    for name, field in pairs(premake.fields) do
        local value = block[name]
        if value ~= nil and wanted(name, value) then
            copy[name] = expanded(value, not per_file[name] and names)
        elseif field.kind ~= "string" and field.kind ~= "path" then
            copy[name] = {}
        end
    end
    return copy
end

-- premake4 evaluates the workspace's filters before it knows a project's kind or files; Premake 5
-- evaluates them for each project. So each project gets its own copy of the workspace's blocks,
-- and settings with a %{cfg} token become one block for each configuration.
local function blocks_of(wks, prj)
    local language, blocks = prj.language or wks.language, {}
    for _, block in ipairs(table.join(wks.blocks, prj.blocks)) do
        if (block.only_language or language) == language then
            local names = { wks = wks, prj = prj }
            table.insert(blocks, copy_block(block, names, {},
                function(name, value) return not per_configuration(name, value) end))
            for _, buildcfg in ipairs(wks.configurations) do
                names.cfg = { buildcfg = buildcfg, system = os.get() }
                local keyword = path.wildcards(buildcfg):lower()
                table.insert(blocks, copy_block(block, names, { keyword }, per_configuration))
            end
        end
    end
    return blocks
end

local build_configs = premake.buildconfigs
function premake.buildconfigs()
    for wks in premake.solution.each() do
        for _, prj in ipairs(wks.projects) do
            prj.location = prj.location or wks.location or prj.basedir
            prj.blocks = blocks_of(wks, prj)
        end
        wks.blocks = {}
    end
    build_configs()
end

local get_dependencies = premake.getdependencies
function premake.getdependencies(prj)
    local found = get_dependencies(prj)
    for _, cfg in pairs((prj.project or prj).__configs) do
        for _, name in ipairs(cfg.dependson or {}) do
            local other = premake.findproject(name)
            if other and not table.contains(found, other) then table.insert(found, other) end
        end
    end
    return found
end

-- Compiler flags -------------------------------------------------------------------------------

local optimize_flags = {
    on = "-O2", speed = "-O3", full = "-O3", size = "-Os", debug = "-Og", off = "-O0"
}
local warning_flags = { extra = { "-Wall", "-Wextra" }, default = {}, off = { "-w" } }
local sanitizers = { address = "address", undefinedbehavior = "undefined", thread = "thread" }

local function sanitize_flags(cfg)
    local flags = {}
    for _, name in ipairs(cfg.sanitize) do
        table.insert(flags, "-fsanitize=" .. sanitizers[name:lower()])
    end
    return flags
end

local get_cpp_flags, get_c_flags = gcc.getcppflags, gcc.getcflags
local get_cxx_flags, get_ld_flags = gcc.getcxxflags, gcc.getldflags

gcc.platforms.Native.cppflags = "-MD -MP" -- -MMD would not follow external headers

function gcc.getcppflags(cfg)
    local flags = get_cpp_flags(cfg)
    for _, dir in ipairs(cfg.externalincludedirs) do
        table.insert(flags, "-isystem " .. _MAKE.esc(dir))
    end
    return flags
end

function gcc.getcflags(cfg)
    cfg.flags.Symbols = (cfg.symbols or "off"):lower() ~= "off" or nil -- else premake4 strips
    local flags = table.join(get_c_flags(cfg), warning_flags[(cfg.warnings or "default"):lower()])
    if cfg.flags.Symbols then table.insert(flags, "-g") end
    if cfg.optimize then table.insert(flags, optimize_flags[cfg.optimize:lower()]) end
    if (cfg.pic or "off"):lower() == "on" then table.insert(flags, "-fPIC") end
    if #cfg.fatalwarnings > 0 then table.insert(flags, "-Werror") end
    return table.join(flags, sanitize_flags(cfg))
end

function gcc.getcxxflags(cfg)
    local flags = get_cxx_flags(cfg)
    if cfg.cppdialect then table.insert(flags, "-std=" .. cfg.cppdialect:lower()) end
    return flags
end

function gcc.getldflags(cfg)
    return table.join(get_ld_flags(cfg), sanitize_flags(cfg))
end

-- Makefiles ------------------------------------------------------------------------------------

-- A project that only runs commands: one rule for each file that has them.
local function make_utility(prj)
    local project, rules, outputs = prj.project, {}, {}
    for file in premake.eachfile(prj) do
        if #(file.buildcommands or {}) > 0 then
            local names = { prj = project, wks = project.solution, file = {
                name     = path.getname(file.name),
                basename = path.getbasename(file.name),
                relpath  = file.name,
                abspath  = path.getabsolute(path.join(project.location, file.name)),
            } }
            local rule = expanded({
                outputs  = table.concat(file.buildoutputs, " "),
                inputs   = table.concat(table.join({ file.name }, file.buildinputs), " "),
                message  = file.buildmessage or file.name,
                commands = table.join({}, file.buildcommands),
            }, names)
            table.insert(rules, rule)
            table.insert(outputs, rule.outputs)
        end
    end
    _p('OUTPUTS := %s', table.concat(outputs, " "))
    _p('.PHONY: all clean')
    _p('all: $(OUTPUTS)')
    _p('clean:')
    _p('\trm -f $(OUTPUTS)')
    for _, rule in ipairs(rules) do
        _p('%s: %s', rule.outputs, rule.inputs)
        _p('\t@echo %s', rule.message)
        for _, command in ipairs(rule.commands) do _p('\t@%s', command) end
    end
end

-- premake4 names an object after its source's base name alone; two of one name would be one file.
local function with_unique_names(prj, write)
    local getbasename, taken, unique = path.getbasename, {}, {}
    for _, file in ipairs(prj.files) do
        if path.iscppfile(file) then
            local name = getbasename(file)
            taken[name] = (taken[name] or -1) + 1
            unique[file] = name .. (taken[name] > 0 and taken[name] or "")
        end
    end
    path.getbasename = function(file) return unique[file] or getbasename(file) end
    write(prj)
    path.getbasename = getbasename
end

function premake.make_cpp(prj)
    if prj.kind == "Utility" then return make_utility(prj) end
    with_unique_names(prj, make)
    _p('$(OBJECTS): | $(OBJDIR) prebuild')
    _p('$(TARGET): | $(TARGETDIR) prelink')
end

dofile "../premake5.lua"
