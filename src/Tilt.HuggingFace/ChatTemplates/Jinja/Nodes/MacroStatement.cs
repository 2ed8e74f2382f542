using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>A macro's parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Standard">Its value where the call gives none, or null.</param>
internal sealed record MacroParameter(string Name, Expression? Standard);

/// <summary><c>{% macro name(parameters) %}…{% endmacro %}</c>.</summary>
internal sealed class MacroStatement(string name, MacroParameter[] parameters, bool takesRest, bool takesNamed, Statement body) : Statement
{
    private readonly NameTarget _target = new(name);
    private FrameLayout? _layout;
    private int[] _places = [];
    private int _rest, _named;

    public string Name => name;

    public override void Bind(Scope scope)
    {
        _target.Bind(scope);
        scope.Inside(
            inner =>
            {
                _places = [.. parameters.Select(parameter => inner.Parameter(parameter.Name))];
                if (takesRest) _rest = inner.Parameter("varargs");
                if (takesNamed) _named = inner.Parameter("kwargs");
                foreach (MacroParameter parameter in parameters) parameter.Standard?.Bind(inner);
                body.Bind(inner);
            },
            layout => _layout = layout);
    }

    public override Flow Execute(Rendering rendering)
    {
        _target.Assign(rendering, rendering.Frame, new Macro(this, rendering));
        return Flow.Next;
    }

    private string Run(Rendering rendering, Frame home, CallArguments call)
    {
        rendering.EnterCall();
        Frame frame = _layout!.Create(home);
        _layout.Begin(frame, home, rendering);
        Frame caller = rendering.Frame;
        rendering.Frame = frame;
        var named = call.Named.ToList();
        for (int i = 0; i < parameters.Length; i++) frame.Slots[_places[i]] = Argument(rendering, i, call.Positional, named);
        rendering.Frame = caller;
        if (takesRest)
            frame.Slots[_rest] =
                new ListValue(call.Positional.Length > parameters.Length ? call.Positional[parameters.Length..] : [], isTuple: true);
        else if (call.Positional.Length > parameters.Length)
            throw new JinjaException($"the macro '{name}' takes at most {parameters.Length} arguments, not {call.Positional.Length}");
        if (takesNamed)
        {
            var rest = new DictValue(named.Count);
            foreach ((string key, object? value) in named) rest.Set(key, value);
            frame.Slots[_named] = rest;
        }
        else if (named.Count > 0) throw new JinjaException($"the macro '{name}' has no argument '{named[0].Key}', or is given it twice");
        string text = rendering.Capture(body, frame);
        rendering.LeaveCall();
        return text;
    }

    private object? Argument(Rendering rendering, int index, object?[] positional, List<KeyValuePair<string, object?>> named)
    {
        if (index < positional.Length) return positional[index];
        int at = named.FindIndex(pair => pair.Key == parameters[index].Name);
        if (at < 0)
            return parameters[index].Standard is { } standard
                ? standard.Evaluate(rendering)
                : new Undefined($"the macro '{name}' is not given '{parameters[index].Name}'");
        object? value = named[at].Value;
        named.RemoveAt(at);
        return value;
    }

    /// <summary>A macro with the rendering and the scope that it was made in.</summary>
    private sealed class Macro(MacroStatement statement, Rendering rendering) : Callable
    {
        private readonly Frame _home = rendering.Frame;

        public override string Name => statement.Name;

        public override object? Call(Bounds bounds, CallArguments arguments) => statement.Run(rendering, _home, arguments);
    }
}
