namespace Tilt.HuggingFace.ChatTemplates.Jinja.Parsing;

/// <summary>What a token of a template is.</summary>
internal enum TokenKind
{
    /// <summary>Text outside all tags, white space already taken away as the tags ask for.</summary>
    Text,

    /// <summary><c>{%</c></summary>
    BlockBegin,

    /// <summary><c>%}</c></summary>
    BlockEnd,

    /// <summary><c>{{</c></summary>
    OutputBegin,

    /// <summary><c>}}</c></summary>
    OutputEnd,

    /// <summary>A name or a keyword.</summary>
    Name,

    /// <summary>A text in quotation marks, without them and with its escapes resolved.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Float,

    /// <summary>An operator or a bracket.</summary>
    Operator,

    /// <summary>The template ends.</summary>
    End,
}

/// <summary>A token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text.</param>
/// <param name="Line">The line it begins on, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>As messages quote it.</summary>
    public string Quoted => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.Text => "the end of a tag",
        TokenKind.String => "a text in quotation marks",
        _ => $"'{Text}'",
    };

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    public bool IsOperator(string text) => Kind == TokenKind.Operator && Text == text;
}
