using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Gguf;

namespace Tilt.HuggingFace.Tests.Export;

/// <summary>Targets are complete or absent, whatever happens, and nothing that is not an export is replaced.</summary>
public sealed class ExportTargetTests : IDisposable
{
    private readonly GoldenCopy _folder = new("qwen3");
    private readonly MergedModel _model;

    public ExportTargetTests() => _model = MergedModel.Open(_folder.Model);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_interrupted_export_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        var stop = new After(200_000, source.Cancel);
        Assert.Throws<OperationCanceledException>(() => GgufExport.Write(_model, _folder.Beside("x.gguf"), new(), stop, source.Token));
        Assert.Throws<OperationCanceledException>(() => SafetensorsExport.Write(_model, _folder.Beside("x"), new(), stop, source.Token));
        Assert.Empty(_folder.Others());
    }

    [Fact]
    public void An_interrupted_export_leaves_the_earlier_one_as_it_was()
    {
        Gguf("x.gguf", false);
        Safetensors("x", false);
        byte[] file = File.ReadAllBytes(_folder.Beside("x.gguf")),
            weights = File.ReadAllBytes(Path.Combine(_folder.Beside("x"), "model.safetensors"));
        using var source = new CancellationTokenSource();
        var stop = new After(200_000, source.Cancel);
        Assert.Throws<OperationCanceledException>(
            () => GgufExport.Write(_model, _folder.Beside("x.gguf"), new() { Overwrite = true }, stop, source.Token));
        Assert.Throws<OperationCanceledException>(
            () => SafetensorsExport.Write(_model, _folder.Beside("x"), new() { Overwrite = true }, stop, source.Token));
        Assert.Equal(file, File.ReadAllBytes(_folder.Beside("x.gguf")));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(_folder.Beside("x"), "model.safetensors")));
        Assert.Equal(["x", "x.gguf"], _folder.Others());
    }

    [Fact]
    public void An_earlier_export_is_replaced_only_when_asked_to()
    {
        Gguf("x.gguf", false);
        Safetensors("x", false);
        Assert.Contains("--overwrite", Assert.Throws<InputException>(() => Gguf("x.gguf", false)).Message, StringComparison.Ordinal);
        Assert.Contains("--overwrite", Assert.Throws<InputException>(() => Safetensors("x", false)).Message, StringComparison.Ordinal);
        Gguf("x.gguf", true);
        Safetensors("x", true);
        Assert.Equal(["x", "x.gguf"], _folder.Others());
    }

    [Fact]
    public void What_a_killed_export_left_is_replaced()
    {
        File.WriteAllText(_folder.Beside("x.gguf.0123456789abcdef.partial"), "half");
        Directory.CreateDirectory(_folder.Beside("x.0123456789abcdef.partial"));
        File.WriteAllText(Path.Combine(_folder.Beside("x.0123456789abcdef.partial"), "model.safetensors.partial"), "half");
        Gguf("x.gguf", false);
        Safetensors("x", false);
        Assert.Equal(["x", "x.gguf"], _folder.Others());
    }

    [Fact]
    public void Files_and_folders_that_are_no_exports_are_never_replaced()
    {
        File.WriteAllText(_folder.Beside("notes"), "important");
        Directory.CreateDirectory(Path.Combine(_folder.Beside("work"), "sub"));
        Directory.CreateDirectory(_folder.Beside("y.partial"));
        File.WriteAllText(Path.Combine(_folder.Beside("y.partial"), "thesis.tex"), "important");
        File.WriteAllText(_folder.Beside("y.gguf.partial"), "important");
        Assert.Contains("no GGUF file", Assert.Throws<InputException>(() => Gguf("notes", true)).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => Gguf("work", true)).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<InputException>(() => Safetensors("notes", true)).Message, StringComparison.Ordinal);
        Assert.Contains("'sub'", Assert.Throws<InputException>(() => Safetensors("work", true)).Message, StringComparison.Ordinal);
        Safetensors("y", true);
        Gguf("y.gguf", true);
        Assert.Equal("important", File.ReadAllText(_folder.Beside("y.gguf.partial")));
        Assert.Equal("important", File.ReadAllText(_folder.Beside("notes")));
        Assert.Equal("important", File.ReadAllText(Path.Combine(_folder.Beside("y.partial"), "thesis.tex")));
    }

    [Fact]
    public void An_empty_folder_is_a_target_and_missing_parents_are_made()
    {
        Directory.CreateDirectory(_folder.Beside("x"));
        Safetensors("x", false);
        Safetensors(Path.Combine("a", "b"), false);
        Gguf(Path.Combine("c", "d.gguf"), false);
        Assert.True(File.Exists(Path.Combine(_folder.Beside("x"), "config.json")));
        Assert.Equal(["a", "c", "x"], _folder.Others());
    }

    [Fact]
    public void The_model_itself_is_no_target()
    {
        Assert.Contains("the model itself",
            Assert.Throws<InputException>(() => _folder.WriteSafetensors(_model, "model", new() { Overwrite = true })).Message,
            StringComparison.Ordinal);
        Directory.CreateSymbolicLink(_folder.Beside("link"), _folder.Model);
        Assert.Contains("the model itself",
            Assert.Throws<InputException>(() => _folder.WriteSafetensors(_model, "link", new() { Overwrite = true })).Message,
            StringComparison.Ordinal);
        Assert.Contains("in the folder of the model",
            Assert.Throws<InputException>(() => _folder.WriteSafetensors(_model, Path.Combine("link", "below"), new())).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".partial")]
    [InlineData(".replaced")]
    public void A_model_in_the_place_of_an_unfinished_export_is_not_removed(string ending)
    {
        Safetensors("x" + ending, false);
        using MergedModel other = MergedModel.Open(_folder.Beside("x" + ending));
        _folder.WriteSafetensors(other, "x", new() { Overwrite = true });
        _folder.WriteSafetensors(other, "x", new() { Overwrite = true });
        Assert.True(File.Exists(Path.Combine(_folder.Beside("x" + ending), "model.safetensors")));
        Assert.Equal(["x", "x" + ending], _folder.Others());
    }

    [Fact]
    public void Exports_to_one_target_at_once_leave_each_other_alone()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        // Each begins the other in its middle: the inner one is refused nothing, and what it does harms no one.
        var once = new After(200_000, () => GgufExport.Write(_model, _folder.Beside("x.gguf"), new(), null, cancellation));
        GgufExport.Write(_model, _folder.Beside("x.gguf"), new() { Overwrite = true }, new Once(once), cancellation);
        byte[] file = File.ReadAllBytes(_folder.Beside("x.gguf"));
        var again = new After(200_000, () => SafetensorsExport.Write(_model, _folder.Beside("x"), new(), null, cancellation));
        SafetensorsExport.Write(_model, _folder.Beside("x"), new() { Overwrite = true }, new Once(again), cancellation);
        byte[] weights = File.ReadAllBytes(Path.Combine(_folder.Beside("x"), "model.safetensors"));
        Gguf("y.gguf", false);
        Safetensors("y", false);
        Assert.Equal(File.ReadAllBytes(_folder.Beside("y.gguf")), file);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.Beside("y"), "model.safetensors")), weights);
        Assert.Equal(["x", "x.gguf", "y", "y.gguf"], _folder.Others());
    }

    [Fact]
    public void A_place_that_cannot_be_written_to_is_told()
    {
        File.WriteAllText(_folder.Beside("file"), "");
        Assert.Contains("Cannot write", Assert.Throws<InputException>(() => Gguf(Path.Combine("file", "x.gguf"), false)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Cannot write", Assert.Throws<InputException>(() => Safetensors(Path.Combine("file", "x"), false)).Message,
            StringComparison.Ordinal);
        Assert.Contains("needs",
            Assert.Throws<InputException>(() => ExportTarget.WriteFile(_folder.Beside("huge"), long.MaxValue, _ => { })).Message,
            StringComparison.Ordinal);
        Assert.Equal(["file"], _folder.Others());
    }

    [Fact]
    public void A_target_without_a_name_is_told()
    {
        Assert.Contains("no name",
            Assert.Throws<InputException>(() => GgufExport.Write(_model, "", new(), null, TestContext.Current.CancellationToken)).Message,
            StringComparison.Ordinal);
        Assert.Contains("no name",
            Assert.Throws<InputException>(() => SafetensorsExport.Write(_model, "\0", new(), null,
                TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private void Gguf(string name, bool overwrite) => _folder.WriteGguf(_model, name, new() { Overwrite = overwrite });

    private void Safetensors(string name, bool overwrite) => _folder.WriteSafetensors(_model, name, new() { Overwrite = overwrite });

    private sealed class Once(IProgress<ExportProgress> inner) : IProgress<ExportProgress>
    {
        private bool _told;

        public void Report(ExportProgress value)
        {
            if (_told || value.BytesWritten < 200_000) return;
            _told = true;
            inner.Report(value);
        }
    }

    private sealed class After(long bytes, Action then) : IProgress<ExportProgress>
    {
        public void Report(ExportProgress value)
        {
            if (value.BytesWritten >= bytes) then();
        }
    }
}
