using System.Globalization;
using Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;
using Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja;

/// <summary>
/// A template in the subset of Jinja that chat templates use, parsed once and rendered often, by any number of threads. It behaves as
/// in Transformers' environment: sandboxed, with <c>trim_blocks</c>, <c>lstrip_blocks</c>, loop controls and the tag <c>generation</c>.
/// </summary>
internal sealed class JinjaTemplate
{
    private readonly string _name;
    private readonly Statement _body;
    private readonly FrameLayout _layout;

    private JinjaTemplate(string name, Statement body, FrameLayout layout) => (_name, _body, _layout) = (name, body, layout);

    /// <summary>Reads a template.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="name">What messages call it, for example <c>in 'folder/chat_template.jinja'</c>.</param>
    /// <exception cref="InputException">The template is wrong, or uses more than the subset; the message names construct and
    /// line.</exception>
    public static JinjaTemplate Parse(string source, string name)
    {
        try
        {
            Statement body = StatementParser.Parse(Lexer.Read(source));
            var scope = new Scope(null);
            body.Bind(scope);
            return new(name, body, scope.Complete());
        }
        catch (JinjaException exception)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The chat template {name} cannot be used, line {exception.Line}: {exception.Message}."), exception);
        }
    }

    /// <summary>Renders the template: the text, and the ranges of it that <c>{% generation %}</c> marks.</summary>
    /// <param name="variables">What it is given.</param>
    /// <param name="now">What it is told of the time.</param>
    /// <param name="limits">Bounds of work; null for the usual ones.</param>
    /// <exception cref="InputException">The template fails or refuses what it is given, or reaches a bound.</exception>
    public (string Text, IReadOnlyList<Range> Generations) Render(DictValue variables, DateTime now, Limits? limits = null)
    {
        var rendering = new Rendering(variables, now, limits ?? Limits.Standard);
        try
        {
            Frame frame = rendering.Frame = _layout.Create(null);
            _layout.Begin(frame, null, rendering);
            _body.Execute(rendering);
            return (rendering.Main.ToString(), rendering.Generations);
        }
        catch (Exception exception) when ((exception as JinjaException ?? exception.InnerException as JinjaException) is { } failure)
        {
            int line = failure.Line > 0 ? failure.Line : rendering.Line;
            throw new InputException(failure.Raised ? $"The chat template {_name} refuses the conversation: {failure.Message}"
                : string.Create(CultureInfo.InvariantCulture, $"The chat template {_name} fails in line {line}: {failure.Message}."),
                exception);
        }
    }
}
