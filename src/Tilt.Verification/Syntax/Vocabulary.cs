using System.Collections.Frozen;

namespace Tilt.Verification.Syntax;

/// <summary>The LaTeX commands, plain words and Unicode characters that mean something in an answer.</summary>
internal static class Vocabulary
{
    private static readonly string[] Greek =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
        "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi",
        "Sigma", "Upsilon", "Phi", "Psi", "Omega", "ell", "hbar", "mho", "nabla", "partial", "aleph", "Re", "Im", "angle",
        "triangle", "parallel", "perp", "pi",
    ];

    private static readonly string[] FunctionNames =
    [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "coth", "sech", "csch",
        "ln", "log", "lg", "exp", "max", "min", "gcd", "lcm", "det", "dim", "deg", "ker", "arg", "sgn", "abs", "floor", "ceil",
        "arsinh", "arcosh", "artanh", "arccot", "arcsec", "arccsc", "erf", "erfc", "cis",
    ];

    /// <summary>Commands that only make space or set a style: skipped.</summary>
    public static readonly FrozenSet<string> Ignored = new[]
    {
        "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr",
        "middle", "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "quad", "qquad", "thinspace", "medspace",
        "thickspace", "enspace", "hfill", "hspace", "vspace", "phantom", "nonumber", "notag", "par", "noindent", "centering",
        "displaylimits", "allowbreak", "strut", "rm", "bf", "it", "sf", "tt", "n", "t", "hline", "protect", "relax", "normalsize",
        "large", "Large", "LARGE", "small", "boldmath", "therefore", "checkmark",
    }.ToFrozenSet();

    /// <summary>Commands whose argument is text.</summary>
    public static readonly FrozenSet<string> TextCommands = new[]
    {
        "text", "textbf", "textit", "textrm", "textsf", "texttt", "textnormal", "textup", "mbox", "hbox", "mathrm", "mathbf",
        "mathit", "mathsf", "mathtt", "operatorname", "emph", "bold", "rmtext", "textsc", "underline", "mathnormal",
    }.ToFrozenSet();

    /// <summary>Commands that mark a letter: a hat, an arrow, a dot.</summary>
    public static readonly FrozenSet<string> Accents = new[]
    {
        "hat", "vec", "dot", "ddot", "tilde", "overrightarrow", "widehat", "widetilde", "mathbb", "mathcal", "mathfrak",
        "overleftarrow", "mathscr", "boldsymbol", "bm", "pmb", "overline", "bar", "overset", "underset", "stackrel", "cancel",
        "Bbb", "wideparen", "overparen", "overarc",
    }.ToFrozenSet();

    /// <summary>Words that are functions when written plainly.</summary>
    public static readonly FrozenDictionary<string, string> Functions = BuildFunctions();

    /// <summary>Commands (without backslash) that are one token of a fixed kind.</summary>
    public static readonly FrozenDictionary<string, (TokenKind Kind, string Text)> Commands = BuildCommands();

    /// <summary>Words that are symbols or signs when written plainly.</summary>
    public static readonly FrozenDictionary<string, (TokenKind Kind, string Text)> Words = BuildWords();

    /// <summary>Single letters as strings, so that symbols cost no allocation.</summary>
    public static readonly string[] Letters = [.. Enumerable.Range(0, 128).Select(code => ((char)code).ToString())];

    private static FrozenDictionary<string, string> BuildFunctions()
    {
        var functions = FunctionNames.ToDictionary(name => name, name => name);
        functions["asin"] = functions["Arcsin"] = "arcsin";
        functions["acos"] = functions["Arccos"] = "arccos";
        functions["atan"] = functions["Arctan"] = "arctan";
        functions["tg"] = "tan";
        functions["ctg"] = functions["cotg"] = "cot";
        functions["arctg"] = "arctan";
        functions["sh"] = "sinh";
        functions["ch"] = "cosh";
        functions["th"] = "tanh";
        functions["cosec"] = "csc";
        functions["asinh"] = "arsinh";
        functions["acosh"] = "arcosh";
        functions["atanh"] = "artanh";
        functions["arcsinh"] = "arsinh";
        functions["arccosh"] = "arcosh";
        functions["arctanh"] = "artanh";
        return functions.ToFrozenDictionary();
    }

    private static FrozenDictionary<string, (TokenKind, string)> BuildCommands()
    {
        var commands = new Dictionary<string, (TokenKind, string)>();
        foreach (string name in Greek) commands[name] = (TokenKind.Symbol, name);
        foreach ((string name, string function) in Functions) commands[name] = (TokenKind.Function, function);
        Add(TokenKind.Symbol, "infinity", "infty", "infin");
        Add(TokenKind.Symbol, "epsilon", "varepsilon");
        Add(TokenKind.Symbol, "phi", "varphi");
        Add(TokenKind.Symbol, "theta", "vartheta");
        Add(TokenKind.Symbol, "rho", "varrho");
        Add(TokenKind.Symbol, "sigma", "varsigma");
        Add(TokenKind.Symbol, "angle", "measuredangle", "sphericalangle");
        Add(TokenKind.Symbol, "∅", "emptyset", "varnothing", "O");
        Add(TokenKind.Symbol, "ℝ", "R", "reals", "Reals");
        Add(TokenKind.Symbol, "ℤ", "Z", "integers");
        Add(TokenKind.Symbol, "ℕ", "N", "naturals");
        Add(TokenKind.Symbol, "ℚ", "Q");
        Add(TokenKind.Symbol, "i", "imath");
        Add(TokenKind.Symbol, "j", "jmath");
        Add(TokenKind.Symbol, "Å", "AA");
        Add(TokenKind.Symbol, "*", "star", "ast");
        Add(TokenKind.Times, "*", "times", "cdot", "bullet", "cdotp");
        Add(TokenKind.Divide, "/", "div", "slash");
        Add(TokenKind.PlusMinus, "±", "pm");
        Add(TokenKind.PlusMinus, "∓", "mp");
        Add(TokenKind.Degree, "°", "circ", "degree", "degrees", "textdegree");
        Add(TokenKind.Prime, "'", "prime");
        Add(TokenKind.Open, "{", "{", "lbrace");
        Add(TokenKind.Close, "}", "}", "rbrace");
        Add(TokenKind.Open, "(", "lparen");
        Add(TokenKind.Close, ")", "rparen");
        Add(TokenKind.Open, "[", "lbrack");
        Add(TokenKind.Close, "]", "rbrack");
        Add(TokenKind.Open, "⟨", "langle");
        Add(TokenKind.Close, "⟩", "rangle");
        Add(TokenKind.Open, "⌊", "lfloor");
        Add(TokenKind.Close, "⌋", "rfloor");
        Add(TokenKind.Open, "⌈", "lceil");
        Add(TokenKind.Close, "⌉", "rceil");
        Add(TokenKind.BarOpen, "|", "lvert");
        Add(TokenKind.BarClose, "|", "rvert");
        Add(TokenKind.BarOpen, "‖", "lVert");
        Add(TokenKind.BarClose, "‖", "rVert");
        Add(TokenKind.Bar, "|", "vert", "mid");
        Add(TokenKind.Bar, "‖", "|", "Vert");
        Add(TokenKind.Union, "∪", "cup", "bigcup");
        Add(TokenKind.Intersection, "∩", "cap", "bigcap");
        Add(TokenKind.Difference, "\\", "setminus", "backslash", "smallsetminus");
        Add(TokenKind.Relation, "<", "lt");
        Add(TokenKind.Relation, ">", "gt");
        Add(TokenKind.Relation, "<=", "le", "leq", "leqslant", "leqq");
        Add(TokenKind.Relation, ">=", "ge", "geq", "geqslant", "geqq");
        Add(TokenKind.Relation, "!=", "ne", "neq");
        Add(TokenKind.Relation, "~", "approx", "approxeq", "simeq", "sim", "doteq", "thickapprox");
        Add(TokenKind.Relation, "==", "equiv", "cong");
        Add(TokenKind.Relation, "in", "in");
        Add(TokenKind.Relation, "notin", "notin");
        Add(TokenKind.Relation, "sub", "subset", "subseteq");
        Add(TokenKind.Relation, "to", "to", "rightarrow", "mapsto", "longrightarrow");
        Add(TokenKind.Relation, "=>", "Rightarrow", "implies", "Longrightarrow");
        Add(TokenKind.Relation, "iff", "iff", "Leftrightarrow");
        Add(TokenKind.Relation, "divides", "divides");
        Add(TokenKind.Relation, "propto", "propto");
        Add(TokenKind.Relation, "perp", "bot");
        Add(TokenKind.Colon, ":", "colon");
        Add(TokenKind.Or, "or", "lor", "vee");
        Add(TokenKind.And, "and", "land", "wedge");
        Add(TokenKind.Negation, "¬", "neg", "lnot");
        Add(TokenKind.Fraction, "frac", "frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac");
        Add(TokenKind.Divide, "over", "over");
        Add(TokenKind.Binomial, "binom", "binom", "dbinom", "tbinom");
        Add(TokenKind.Binomial, "choose", "choose");
        Add(TokenKind.Root, "sqrt", "sqrt", "surd");
        Add(TokenKind.BigOperator, "sum", "sum");
        Add(TokenKind.BigOperator, "prod", "prod");
        Add(TokenKind.BigOperator, "int", "int", "iint", "oint");
        Add(TokenKind.BigOperator, "lim", "lim");
        Add(TokenKind.Percent, "%", "%", "percent");
        Add(TokenKind.Currency, "$", "$", "textdollar", "mathdollar");
        Add(TokenKind.Currency, "£", "pounds", "textsterling");
        Add(TokenKind.Currency, "€", "euro", "texteuro");
        Add(TokenKind.Currency, "¥", "textyen");
        Add(TokenKind.Ellipsis, "…", "ldots", "cdots", "dots", "dotsc", "dotsb", "vdots", "ddots", "hdots");
        return commands.ToFrozenDictionary();

        void Add(TokenKind kind, string text, params string[] names)
        {
            foreach (string name in names) commands[name] = (kind, text);
        }
    }

    private static FrozenDictionary<string, (TokenKind, string)> BuildWords()
    {
        var words = new Dictionary<string, (TokenKind, string)>
        {
            ["or"] = (TokenKind.Or, "or"),
            ["and"] = (TokenKind.And, "and"),
            ["OR"] = (TokenKind.Or, "or"),
            ["AND"] = (TokenKind.And, "and"),
            ["percent"] = (TokenKind.Percent, "%"),
            ["pct"] = (TokenKind.Percent, "%"),
            ["degrees"] = (TokenKind.Degree, "°"),
            ["degree"] = (TokenKind.Degree, "°"),
            ["deg"] = (TokenKind.Degree, "°"),
            ["inf"] = (TokenKind.Symbol, "infinity"),
            ["infty"] = (TokenKind.Symbol, "infinity"),
            ["infinity"] = (TokenKind.Symbol, "infinity"),
            ["oo"] = (TokenKind.Symbol, "infinity"),
            ["Infinity"] = (TokenKind.Symbol, "infinity"),
            ["sqrt"] = (TokenKind.Root, "sqrt"),
            ["Pi"] = (TokenKind.Symbol, "pi"),
            ["union"] = (TokenKind.Union, "∪"),
            ["in"] = (TokenKind.Relation, "in"),
            ["per"] = (TokenKind.Text, "per"),
            ["mod"] = (TokenKind.Relation, "mod"),
            ["binom"] = (TokenKind.Binomial, "binom"),
        };
        foreach (string name in Greek)
        {
            if (name.Length > 2 && char.IsLower(name[0]) && name is not ("angle" or "triangle" or "parallel" or "perp" or "partial"))
                words[name] = (TokenKind.Symbol, name);
        }
        words["pi"] = (TokenKind.Symbol, "pi");
        foreach ((string name, string function) in Functions)
        {
            if (name.Length > 2 || name == "ln") words.TryAdd(name, (TokenKind.Function, function));
        }
        return words.ToFrozenDictionary();
    }
}
