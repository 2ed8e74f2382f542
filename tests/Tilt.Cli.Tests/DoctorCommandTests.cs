using System.Runtime.InteropServices;
using System.Text.Json;
using Tilt.Cli.Doctor;

namespace Tilt.Cli.Tests;

/// <summary><c>tilt doctor</c>: on this machine, where all is well, and on machines made up to be ill.</summary>
[Collection(nameof(HubVariables))]
public sealed class DoctorCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("tilt-doctor-").FullName;
    private readonly HubVariables _variables = new();

    public DoctorCommandTests() => _variables.Set("HF_HOME", Path.Combine(_root, "home"));

    public void Dispose()
    {
        _variables.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task All_is_well_on_the_machine_that_runs_the_tests()
    {
        _variables.Set("HF_TOKEN", "hf_secret");
        var (code, output, errors) = await CommandRun.Of("doctor", "--json");
        Assert.True(code == 0, output + errors);
        Assert.DoesNotContain("hf_secret", output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(output);
        Assert.True(document.RootElement.GetProperty("ok").GetBoolean());
        var checks = document.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);
        foreach (string name in (string[])["dotnet", "loading", "self-test", "threads", "oneDNN", "cores", "vectors", "memory", "CUDA",
            "embedded model", "runs", "Hugging Face cache", "Hugging Face token"])
            Assert.Contains(name, checks.Keys);
        Assert.Equal("ok", checks["self-test"].GetProperty("status").GetString());
        Assert.InRange(checks["self-test"].GetProperty("data").GetProperty("float32_error").GetDouble(), 0, 1e-5);
        Assert.True(checks["Hugging Face token"].GetProperty("data").GetProperty("set").GetBoolean());
        Assert.False(Directory.Exists(Path.Combine(_root, "home")));
    }

    [Fact]
    public async Task A_problem_is_told_with_its_remedy_and_exit_code_1()
    {
        string file = Path.Combine(_root, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        _variables.Set("HF_HUB_CACHE", Path.Combine(file, "below"));
        var (code, output, _) = await CommandRun.Of("doctor");
        Assert.Equal(1, code);
        Assert.Contains("PROBLEM  Hugging Face cache:", output, StringComparison.Ordinal);
        Assert.Contains("→ Change its permissions, or set HF_HOME", output, StringComparison.Ordinal);
        Assert.Contains("1 problem to solve", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(139, "crashed (SIGSEGV)")]
    [InlineData(132, "illegal instruction")]
    [InlineData(137, "killed")]
    [InlineData(3, "exit code 3")]
    public void A_library_that_ends_its_process_is_a_problem_with_a_remedy(int code, string told)
    {
        var probe = new LibtorchProbe { Failure = $"the process that loaded it {ProbeProcess.Ending(code)}." };
        DoctorCheck check = Assert.Single(LibtorchChecks.Probed(probe, 2, null));
        Assert.Equal(CheckStatus.Problem, check.Status);
        Assert.Contains(told, check.Text, StringComparison.Ordinal);
        Assert.NotNull(check.Remedy);
    }

    [Fact]
    public void A_library_that_does_not_load_is_told_in_the_loaders_words()
    {
        Assert.Null(NativeLibraries.Obstacle(AppContext.BaseDirectory));
        Assert.Contains("is missing", NativeLibraries.Obstacle(_root), StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux()) return;
        File.WriteAllBytes(Path.Combine(_root, "libc10.so"), new byte[4096]);
        Assert.Equal($"{_root}/libc10.so: invalid ELF header", NativeLibraries.Obstacle(_root));
    }

    [Fact]
    public void Wrong_results_are_a_problem_even_when_they_are_no_numbers()
    {
        var right = new LibtorchProbe { Version = "2.10", Float32Error = 1e-6, GradientError = 1e-6, Threads = 2 };
        Assert.DoesNotContain(LibtorchChecks.Probed(right, 2, null), c => c.Status == CheckStatus.Problem);
        foreach (LibtorchProbe wrong in (LibtorchProbe[])[right with { Float32Error = 1e-3 }, right with { GradientError = double.NaN },
            right with { Bfloat16Error = 1 }])
        {
            LibtorchProbe sent = ProbeProcess.Parse("native chatter\n" + wrong.ToJson() + "\n")!;
            Assert.Contains(LibtorchChecks.Probed(sent, 2, null), c => c is { Name: "self-test", Status: CheckStatus.Problem });
            var report = new DoctorReport([.. LibtorchChecks.Probed(sent, 2, null)]);
            Assert.False(report.IsWell);
            JsonDocument.Parse(report.ToJson()).Dispose();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Segmentation fault")]
    [InlineData("{\"Threads\":")]
    public void Output_that_is_no_probe_is_none(string output) => Assert.Null(ProbeProcess.Parse(output));

    [Fact]
    public void More_threads_than_cores_are_warned_of() =>
        Assert.Contains(LibtorchChecks.Probed(new() { Threads = 64 }, 2, null), c => c is { Name: "threads", Status: CheckStatus.Warning });

    [Fact]
    public void Limits_of_control_groups_of_version_2_are_the_smallest_on_the_way()
    {
        Machine(("proc/self/cgroup", "0::/slice/service\n"),
            ("sys/fs/cgroup/slice/service/cpu.max", "max 100000\n"), ("sys/fs/cgroup/slice/cpu.max", "150000 100000\n"),
            ("sys/fs/cgroup/slice/service/memory.max", "2000000000\n"), ("sys/fs/cgroup/slice/service/memory.current", "700000000\n"),
            ("sys/fs/cgroup/slice/service/memory.stat", "anon 1\ninactive_file 200000000\n"),
            ("sys/fs/cgroup/slice/memory.max", "max\n"));
        Assert.Equal(new ControlGroup(1.5, 2_000_000_000, 500_000_000), ControlGroup.Read(new SystemFiles(_root)));
    }

    [Fact]
    public void Limits_of_control_groups_of_version_1_are_read()
    {
        Machine(("proc/self/cgroup", "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n"),
            ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "400000"), ("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "3000000000"), ("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000000000"));
        Assert.Equal(new ControlGroup(4, 3_000_000_000, 1_000_000_000), ControlGroup.Read(new SystemFiles(_root)));
    }

    [Fact]
    public void No_limits_are_none()
    {
        Machine(("proc/self/cgroup", "4:memory:/\n3:cpu:/\n0::/\nnonsense\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712"), ("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1"),
            ("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000"));
        Assert.Equal(new ControlGroup(null, null, null), ControlGroup.Read(new SystemFiles(_root)));
        Assert.Equal(new ControlGroup(null, null, null), ControlGroup.Read(new SystemFiles(Path.Combine(_root, "none"))));
    }

    [Fact]
    public void What_keeps_cores_from_being_used_is_told()
    {
        Machine(("proc/cpuinfo",
            string.Concat(Enumerable.Range(0, 16).Select(i => $"processor\t: {i}\nmodel name\t: Some CPU @ 2 GHz\n\n"))),
            ("proc/self/status", "Name:\ttilt\nCpus_allowed_list:\t0-3,8,10-11\n"));
        DoctorCheck check = ProcessorChecks.Cores(new SystemFiles(_root), new ControlGroup(2.5, null, null), usable: 3, forced: null);
        Assert.Equal("3 of 16 cores usable (its affinity allows 7; its control group allows the time of 2.5): Some CPU @ 2 GHz",
            check.Text);
        Assert.Equal(CheckStatus.Note, check.Status);
        Assert.Contains("--threads 1",
            ProcessorChecks.Cores(new SystemFiles(_root), new ControlGroup(1.5, null, null), usable: 8, forced: "8").Remedy,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_what_the_control_group_leaves()
    {
        Machine(("proc/meminfo", "MemTotal:       32000000 kB\nMemAvailable:   30000000 kB\n"));
        var files = new SystemFiles(_root);
        Assert.Equal("32.8 GB, 30.7 GB available", MemoryChecks.Memory(files, new ControlGroup(null, null, null)).Text);
        DoctorCheck limited = MemoryChecks.Memory(files, new ControlGroup(null, 2_000_000_000, 1_500_000_000));
        Assert.Equal("2.00 GB, 500 MB available (the control group's limit; the machine has 32.8 GB)", limited.Text);
        Assert.Equal(CheckStatus.Warning, limited.Status);
    }

    [Theory]
    [InlineData("linux-x64", Architecture.X64, Architecture.X64, "Ok")]
    [InlineData("win-x64", Architecture.X64, Architecture.X64, "Ok")]
    [InlineData("osx-arm64", Architecture.Arm64, Architecture.Arm64, "Ok")]
    [InlineData("win-x64", Architecture.X64, Architecture.Arm64, "Warning")]
    [InlineData("linux-arm64", Architecture.Arm64, Architecture.Arm64, "Problem")]
    [InlineData("linux-musl-x64", Architecture.X64, Architecture.X64, "Problem")]
    [InlineData("osx-x64", Architecture.X64, Architecture.X64, "Problem")]
    public void Platforms_without_libtorch_are_told(string identifier, Architecture process, Architecture machine, string status) =>
        Assert.Equal(status, RuntimeChecks.Platform(identifier, process, machine).Status.ToString());

    [Theory]
    [InlineData(1, 1e-6, true, "535", "Ok")]
    [InlineData(1, 0.01, true, "535", "Problem")]
    [InlineData(1, double.NaN, true, "535", "Problem")]
    [InlineData(0, null, false, null, "Ok")]
    [InlineData(0, null, false, "535", "Note")]
    [InlineData(0, null, true, null, "Warning")]
    [InlineData(0, null, true, "535", "Warning")]
    public void Why_there_is_no_CUDA_is_told(int devices, double? error, bool build, string? driver, string status)
    {
        DoctorCheck check = DeviceChecks.Cuda(new LibtorchProbe { CudaDevices = devices, CudaError = error }, build, driver);
        Assert.Equal(status, check.Status.ToString());
        Assert.Equal(check.Status != CheckStatus.Ok, check.Remedy is not null);
    }

    [Fact]
    public void Symbol_versions_of_the_library_are_judged_by_the_systems()
    {
        if (!OperatingSystem.IsLinux()) return;
        string library = Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");
        SymbolVersion wanted = SymbolVersions.Read(File.ReadAllBytes(library))!.Single(v => v.Version == "GLIBCXX_3.4.32");
        Assert.Equal("libstdc++.so.6", wanted.Library);
        string old = Path.Combine(_root, "old"), recent = Path.Combine(_root, "recent");
        File.WriteAllText(old, "GLIBCXX_3.4.30\0");
        File.WriteAllText(recent, "GLIBCXX_3.4.30\0GLIBCXX_3.4.32\0");
        Assert.Equal(CheckStatus.Ok, LibtorchChecks.Symbols(AppContext.BaseDirectory, recent)!.Status);
        Assert.Equal(wanted.IsWeak ? CheckStatus.Ok : CheckStatus.Problem, LibtorchChecks.Symbols(AppContext.BaseDirectory, old)!.Status);
        Assert.Equal(CheckStatus.Problem, LibtorchChecks.Symbols(_root, recent)!.Status);
    }

    [Fact]
    public void Damaged_libraries_are_told_and_never_crash_the_doctor()
    {
        byte[] elf = File.ReadAllBytes(
            Directory.EnumerateFiles(AppContext.BaseDirectory, OperatingSystem.IsLinux() ? "libLibTorchSharp.so" : "tilt.dll").First());
        Assert.Null(SymbolVersions.Read([]));
        Assert.Null(SymbolVersions.Read("MZ"u8.ToArray()));
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            byte[] damaged = elf[..random.Next(64, 4096)];
            for (int i = 0; i < 8; i++) damaged[random.Next(6, damaged.Length)] = (byte)random.Next(256);
            _ = SymbolVersions.Read(damaged);
        }

        File.WriteAllBytes(Path.Combine(_root, "libLibTorchSharp.so"), elf[..100]);
        Assert.Equal(CheckStatus.Problem, LibtorchChecks.Symbols(_root, null)!.Status);
    }

    private void Machine(params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            string full = Path.Combine(_root, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, content);
        }
    }
}
