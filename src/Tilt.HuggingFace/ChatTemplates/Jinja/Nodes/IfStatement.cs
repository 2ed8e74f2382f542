using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary><c>{% if %}</c> with its <c>elif</c> and <c>else</c>.</summary>
/// <param name="cases">Conditions with what they lead to.</param>
/// <param name="otherwise">Where none holds.</param>
internal sealed class IfStatement(KeyValuePair<Expression, Statement>[] cases, Statement? otherwise) : Statement
{
    public override void Bind(Scope scope)
    {
        cases[0].Key.Bind(scope);
        scope.Conditionally(() =>
        {
            for (int i = 0; i < cases.Length; i++)
            {
                if (i > 0) cases[i].Key.Bind(scope);
                cases[i].Value.Bind(scope);
            }
            otherwise?.Bind(scope);
        });
    }

    public override Flow Execute(Rendering rendering)
    {
        foreach ((Expression condition, Statement body) in cases)
        {
            rendering.Line = condition.Line;
            if (Truth.Of(condition.Evaluate(rendering))) return body.Execute(rendering);
        }
        return otherwise?.Execute(rendering) ?? Flow.Next;
    }
}
