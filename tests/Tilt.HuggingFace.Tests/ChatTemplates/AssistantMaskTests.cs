using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tests.ChatTemplates;

public sealed class AssistantMaskTests
{
    private const string Template =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|im_end|>"
        + "{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}\n{% endfor %}";

    private static readonly ChatMessage[] Conversation =
    [
        new(ChatRole.User, "Wie geht's? 😀 12"), new(ChatRole.Assistant, "Gut – danke! ∫x² dx"), new(ChatRole.User, "Noch einmal"),
        new(ChatRole.Assistant, "日本語 7"),
    ];

    [Theory]
    [InlineData("qwen2-tiny")]
    [InlineData("llama3-tiny")]
    public void The_masked_tokens_are_the_marked_text(string model)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(Path.Combine("golden", "tokenizers", model));
        RenderedChat rendered = ChatTemplate.Parse(Template).RenderMarked(Conversation, new());
        int[] ids = tokenizer.Encode(rendered.Text);
        bool[] mask = AssistantMask.Of(rendered, ids, tokenizer);
        Assert.Equal(rendered.AssistantRanges.Select(range => rendered.Text[range]), Runs(ids, mask).Select(run => tokenizer.Decode(run)));
    }

    [Fact]
    public void A_template_that_marks_nothing_masks_nothing()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(Path.Combine("golden", "tokenizers", "qwen2-tiny"));
        RenderedChat rendered = BuiltInTemplates.ChatMl.RenderMarked(Conversation, new());
        Assert.DoesNotContain(true, AssistantMask.Of(rendered, tokenizer.Encode(rendered.Text), tokenizer));
    }

    [Fact]
    public void Tokens_of_another_text_are_refused()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(Path.Combine("golden", "tokenizers", "qwen2-tiny"));
        RenderedChat rendered = ChatTemplate.Parse(Template).RenderMarked(Conversation, new());
        Assert.Throws<FormatException>(() => AssistantMask.Of(rendered, tokenizer.Encode("another text"), tokenizer));
    }

    private static IEnumerable<int[]> Runs(int[] ids, bool[] mask)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if (!mask[i]) continue;
            int start = i;
            while (i < ids.Length && mask[i]) i++;
            yield return ids[start..i];
        }
    }
}
