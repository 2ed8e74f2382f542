using System.Text;
using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

/// <summary>Names, patterns, variables and hashes: the parts of the hub's protocol that need no network.</summary>
public sealed class HubNamesTests
{
    [Theory]
    [InlineData("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-0.5B", "main", "models--Qwen--Qwen2.5-0.5B")]
    [InlineData("gpt2", "gpt2", "main", "models--gpt2")]
    [InlineData("org/name@v1.0", "org/name", "v1.0", "models--org--name")]
    [InlineData("org/name@refs/pr/12", "org/name", "refs/pr/12", "models--org--name")]
    [InlineData("a/b", "a/b", "main", "models--a--b")]
    public void Repositories_are_read(string text, string id, string revision, string folder)
    {
        var repository = HubRepository.Parse(text);
        Assert.Equal((id, revision, folder), (repository.Id, repository.Revision, repository.CacheName));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("-a/b")]
    [InlineData("a/b-")]
    [InlineData("a--b/c")]
    [InlineData("a..b/c")]
    [InlineData("../b")]
    [InlineData("org/name.git")]
    [InlineData("org name/x")]
    [InlineData("org/näme")]
    [InlineData("https://huggingface.co/org/name")]
    [InlineData("org/name@")]
    [InlineData("org/name@../x")]
    [InlineData("org/name@a//b")]
    [InlineData("org/name@a b")]
    [InlineData("org/name@/abs")]
    [InlineData("org/name\n")]
    public void What_is_no_repository_is_refused(string text) => Assert.Throws<InputException>(() => HubRepository.Parse(text));

    [Theory]
    [InlineData("config.json", true)]
    [InlineData("generation_config.json", true)]
    [InlineData("tokenizer.json", true)]
    [InlineData("chat_template.jinja", true)]
    [InlineData("additional_chat_templates/tool_use.jinja", true)]
    [InlineData("model-00001-of-00002.safetensors", true)]
    [InlineData("model.safetensors.index.json", true)]
    [InlineData("adapter_model.safetensors", true)]
    [InlineData("pytorch_model.bin", false)]
    [InlineData("consolidated.safetensors", false)]
    [InlineData("original/consolidated.00.pth", false)]
    [InlineData("original/tokenizer.model", false)]
    [InlineData("onnx/model.safetensors", false)]
    [InlineData("README.md", false)]
    [InlineData("pytorch_model.bin.index.json", false)]
    public void The_default_selection_is_what_Tilt_needs(string path, bool wanted) =>
        Assert.Equal(wanted, FileSelection.Default.Includes(path));

    [Theory]
    [InlineData(new[] { "*.json" }, new string[0], "a/b.json", true)]
    [InlineData(new[] { "*.json" }, new string[0], "A.JSON", false)]
    [InlineData(new[] { "a?c" }, new string[0], "abc", true)]
    [InlineData(new[] { "sub/" }, new string[0], "sub/x/y", true)]
    [InlineData(new[] { "sub\\*" }, new string[0], "sub/x", true)]
    [InlineData(new[] { "*" }, new[] { "*.bin" }, "x.bin", false)]
    [InlineData(new string[0], new[] { "*.safetensors" }, "model.safetensors", false)]
    [InlineData(new string[0], new[] { "*.safetensors" }, "config.json", true)]
    [InlineData(new string[0], new[] { "*.safetensors" }, "README.md", false)]
    public void Patterns_include_and_exclude(string[] include, string[] exclude, string path, bool wanted) =>
        Assert.Equal(wanted, FileSelection.Of(include, exclude).Includes(path));

    [Theory]
    [InlineData("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    [InlineData("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Hashes_are_those_of_git_and_of_large_file_storage(string text, string expected)
    {
        using ContentHash hash = ContentHash.Begin(expected, text.Length)!;
        hash.Append("something else"u8);
        hash.Restart();
        foreach (byte value in Encoding.ASCII.GetBytes(text)) hash.Append([value]);
        Assert.Equal(expected, hash.Finish());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("123-456")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    public void What_is_no_hash_checks_nothing(string? name) => Assert.Null(ContentHash.Begin(name, 1));

    [Fact]
    public void The_cache_lies_where_Python_has_it()
    {
        Assert.Equal("/h/.cache/huggingface/hub", Environment(("HOME", "/h")).CacheFolder);
        Assert.Equal("/x/huggingface/hub", Environment(("HOME", "/h"), ("XDG_CACHE_HOME", "/x")).CacheFolder);
        Assert.Equal("/y/hub", Environment(("HOME", "/h"), ("HF_HOME", "/y")).CacheFolder);
        Assert.Equal("/h/z", Environment(("HOME", "/h"), ("HF_HOME", "/y"), ("HF_HUB_CACHE", "~/z")).CacheFolder);
        Assert.Equal("/v/c", Environment(("HOME", "/h"), ("ROOT", "/v"), ("HF_HUB_CACHE", "${ROOT}/c")).CacheFolder);
        Assert.Equal("/y/token", Environment(("HOME", "/h"), ("HF_HOME", "/y")).TokenFile);
    }

    [Fact]
    public void The_token_comes_from_the_variable_then_from_the_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "hf_file\n");
            Assert.Equal("hf_file", Environment(("HF_TOKEN_PATH", file)).Read().Token!.Value);
            HubToken token = Environment(("HF_TOKEN_PATH", file), ("HF_TOKEN", " hf_variable\n")).Read().Token!;
            Assert.Equal(("hf_variable", "HF_TOKEN"), (token.Value, token.Source));
            Assert.Equal("hf_file", Environment(("HF_TOKEN_PATH", file), ("HF_TOKEN", "")).Read().Token!.Value);
            Assert.Null(Environment(("HF_TOKEN_PATH", file), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).Read().Token);
            Assert.Null(Environment(("HF_TOKEN_PATH", file + ".none")).Read().Token);
            Assert.DoesNotContain("hf_", token.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("HF_ENDPOINT", "huggingface.co")]
    [InlineData("HF_ENDPOINT", "ftp://host")]
    [InlineData("HF_ENDPOINT", "https://user:word@host")]
    [InlineData("HF_TOKEN", "two words")]
    [InlineData("HF_TOKEN", "hf_ä")]
    [InlineData("HF_HUB_DOWNLOAD_TIMEOUT", "soon")]
    [InlineData("HF_HUB_ETAG_TIMEOUT", "-1")]
    public void A_variable_that_means_nothing_is_told_by_its_name(string name, string value)
    {
        var failure = Assert.Throws<InputException>(() => Environment((name, value)).Read());
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        if (name == "HF_TOKEN") Assert.DoesNotContain(value, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoints_may_have_a_path()
    {
        HubOptions options = Environment(("HF_ENDPOINT", "http://mirror:8080/hub/"), ("HF_HUB_OFFLINE", "yes")).Read();
        Assert.Equal(new Uri("http://mirror:8080/hub/"), options.Endpoint);
        Assert.True(options.Offline);
        Assert.Equal(HubOptions.DefaultEndpoint, Environment().Read().Endpoint);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(4_976_698_672, "4.98 GB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(15_300_000, "15.3 MB")]
    [InlineData(304_000_000_000, "304 GB")]
    public void Sizes_have_three_digits(long bytes, string text) => Assert.Equal(text, ByteSize.Text(bytes));

    private static HubEnvironment Environment(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(v => v.Name == name).Value ?? (name == "HOME" ? "/nowhere" : null));
}
