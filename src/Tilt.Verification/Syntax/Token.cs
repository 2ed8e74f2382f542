namespace Tilt.Verification.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind : byte
{
    End, Number, Based, Symbol, Function, Text,
    Plus, Minus, Times, Divide, Power, Subscript, Factorial, Percent, Degree, Prime, PlusMinus,
    Open, Close, GroupOpen, GroupClose, Bar, BarOpen, BarClose,
    Comma, Semicolon, Colon, Or, And, Relation, Union, Intersection, Difference,
    Fraction, Binomial, Root, BigOperator, Accent, Ampersand, RowBreak, BeginEnvironment, EndEnvironment,
    Currency, Negation, Ellipsis, Unknown,
}

/// <summary>One token of an answer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its name: letter, number as spelled, command without backslash, bracket.</param>
/// <param name="SpaceBefore">Whether white space or a spacing command precedes it.</param>
/// <param name="Start">Its first character in the answer.</param>
internal readonly record struct Token(TokenKind Kind, string Text, bool SpaceBefore, int Start);
