using System.Collections.Frozen;

namespace Tilt.Verification.Extraction;

/// <summary>
/// The closed sets of words between which a value of a sentence is read. A word that is in none of them states nothing: the value behind it
/// is not read.
/// </summary>
internal static class StatingWords
{
    private static readonly FrozenSet<string> English = Set("""
        is are was were be equals equal has have had gets get got getting gives give gave giving makes make made making obtain obtains obtained yields
        yield yielding find finds found receive receives received earn earns earned pay pays paid spend spends spent cost costs need needs needed take
        takes took sell sells sold buy buys bought eat eats ate use uses used save saves saved collect collects collected produce produces produced travel
        travels traveled travelled walk walks walked run runs ran drive drives drove read reads write writes wrote weigh weighs weighed contain contains
        contained hold holds held remain remains total totals totaling totalling reach reaches reached require requires required charge charges charged
        score scores scored become becomes became bring brings brought keep keeps kept bake bakes baked pick picks picked plant plants planted grow grows
        grew answer therefore thus hence so then consequently altogether namely result value number leaves leaving left invite invites invited catch
        catches caught carry carries carried raise raises raised donate donates donated deliver delivers delivered drink drinks drank complete completes
        completed finish finishes finished solve solves solved win wins won measure measures measured burn burns burned play plays played work works worked
        build builds built own owns owned ordered fill fills filled cover covers covered ride rides rode swim swims swam that boxed
        """);

    /// <summary>Adverbs and articles of amounts that may stand between a stating word and its value.</summary>
    public static readonly FrozenSet<string> Transparent = Set("""
        exactly just only simply precisely now still then thus therefore hence indeed finally also always exactamente justamente exactement exatamente
        esattamente genau precies ровно точно именно jeweils insgesamt donc alors entonces portanto quindi somit также exacto sich us me him her them you
        """);

    private static readonly FrozenSet<string> Foreign = Set("""
        равно равна равен равны ответ итого получаем получим получается получилось получили получает получил получит составляет составит составляют составило
        будет будут было был была есть это всего осталось останется остаётся остается имеем имеет находим стоит стоят нужно надо понадобится потребуется
        следовательно значит тогда итак заплатит заплатил заплатила потратил потратила потратит заработает заработал заработала собрал собрала съел съела
        значение проедет проехал прошёл прошел пройдёт пройдет купил купила продал продала вмещает весит существует
        дорівнює відповідь отримуємо отримаємо становить всього буде залишилося маємо
        es son fue será hay tiene tienen queda quedan obtiene obtenemos obtienen respuesta cuesta cuestan gana ganó paga pagó entonces vale valen tenemos
        est sont sera fait font donne obtient obtenons ont vaut valent égal égale égaux reste restent coûte coûtent gagne paie paye avons réponse
        ist sind war waren beträgt betragen ergibt ergeben lautet ergebnis lösung gibt hat haben bleiben bleibt kostet kosten erhält erhalten bekommt gleich also macht
        braucht zahlt bezahlt verdient antwort folglich somit wiegt
        è sono era sarà hanno ha risultato costa costano rimangono restano ottiene ottengono otteniamo risposta quindi
        é são foi tem têm há obtemos obtém obtêm dá custa custam restam sobram resposta portanto logo
        zijn heeft hebben bedraagt krijgt antwoord kost
        cevap sonuç jawaban jawabannya svaret risultato resultado total resultat résultat solución solution
        jest są wynosi wynoszą ma mają otrzymujemy odpowiedź równa równe równy
        là có bằng adalah memiliki är har blir svar
        هي هو يساوي تساوي الجواب الإجابة الناتج उत्तर
        """);

    /// <summary>Nouns that "of" and its like join to their value: a total of 14.</summary>
    private static readonly FrozenSet<string> Amounts = Set("""
        total answer value result probability chance area volume length cost price distance profit average amount age score speed rate mean median width height
        radius perimeter weight sum count remainder percentage discount salary time balance grade angle valor totale totaal celkem wert valeur somme suma
        """);

    private static readonly FrozenSet<string> Articles =
        Set("a an the final grand new this combined full their his her its un una une le la uma um o el il");

    /// <summary>
    /// Words that deny, doubt or suppose what a sentence says; wherever they stand in its last clause or behind the value, it states none.
    /// </summary>
    private static readonly FrozenSet<string> Doubting = Set("""
        not never cannot no nor neither none nobody nothing wrong incorrect incorrectly false falsely mistake mistaken mistakenly error untrue unlikely doubt doubts doubtful
        unsure uncertain guess guesses guessed guessing suppose supposing supposed supposedly assume assumes assumed imagine imagined pretend claim claims claimed alleges
        allegedly says said thinks thought believes believed may might maybe perhaps possibly probably presumably seemingly hypothetically anything impossible deny denies
        denied refute refutes contradiction contradicts contradict rather other estimate estimates estimated bound bounds bounded tempting tempted trap decoy rejected
        discarded eliminated exclude excludes excluding excluded except unless otherwise candidate candidates attempt wish wishes somewhere sometimes hardly barely scarcely
        approximately approximates approximation roughly nearly almost around near exceeding exceeds exceed exceeded wouldn't isn't too instead naive typical without could
        не ни нет нельзя невозможно почти примерно около приблизительно свыше кроме возможно вероятно наверное может если допустим предположим неверно неправильно ошибка
        ошибочно или либо якобы вряд ні або можливо майже
        nunca ni jamás tampoco quizá quizás posiblemente probablemente salvo excepto incorrecto incorrecta falso falsa aproximadamente unos ningún ninguna
        pas jamais non peut-être environ presque sauf faux fausse erreur probablement peut aucun
        nicht kein keine keinen keiner niemals nie weder vielleicht möglicherweise vermutlich etwa ungefähr rund fast falsch fehler außer oder ca zirka knapp
        mai né forse circa quasi eccetto tranne errore sbagliato nessuno
        não nem talvez quase exceto errado erro nenhum cerca
        niet geen nooit misschien ongeveer bijna fout behalve
        nie ani nigdy może około prawie błąd değil değildir không chưa khoảng bukan tidak inte aldrig kanske
        ليس ليست ليسا لا لم لن ربما تقريبا أقل أكثر नहीं शायद लगभग
        """);

    /// <summary>Words behind a value that go on without changing it.</summary>
    private static readonly FrozenSet<string> GoingOn = Set("""
        in at for on each every left remaining altogether total overall apiece together per because since as when where which who that this after before from during while
        so hence thus therefore again today daily away long old tall high wide deep of inside outside across upon within
        """);

    private static readonly FrozenSet<string> Answers = Set("""
        answer solution result value total sum number correct right required desired final only unique smallest largest greatest least maximum minimum probability area
        length volume count
        """);

    /// <summary>Words behind a value, in other languages than English, that make another of it.</summary>
    private static readonly FrozenSet<string> ForeignMultiples = Set("""
        mil mill millón millones mille million millions milliard tausend hundert millionen dutzend mila milioni cento milhão milhões duizend miljoen tysięcy milion milionów
        bin milyon nghìn triệu ribu juta docenas douzaine douzaines decenas centenas cientos veces fois mal volte vezes por ciento pour prozent percento cuadrado cubo carré
        más menos plus moins più meno mais mehr weniger als o ou oder y et und e a à bis hasta jusqu de factorial fakultät al au hoch ألف مليون مئة ونصف هزार
        o más ou plus demi medio media halb halbe mezzo gross score dozen dozens tens
        """);

    private static FrozenSet<string> Set(string words) =>
        words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();

    /// <summary>Whether a word is followed by the value that it states.</summary>
    public static bool States(string word) => English.Contains(word) || Foreign.Contains(word);

    /// <summary>Whether a word that states is of another language than English.</summary>
    public static bool IsForeign(string word) => Foreign.Contains(word) && !English.Contains(word);

    /// <summary>Whether a word denies or doubts what it stands with.</summary>
    public static bool Doubts(string word) => Doubting.Contains(word)
        || word.EndsWith("n't", StringComparison.Ordinal) || word.EndsWith("n’t", StringComparison.Ordinal)
        || word.StartsWith("n'", StringComparison.Ordinal) || word.StartsWith("n’", StringComparison.Ordinal);

    /// <summary>Whether "of" or its like stands between a noun for an amount and its value.</summary>
    public static bool IsAmountOf(string noun, string article) => Amounts.Contains(noun) && Articles.Contains(article);

    /// <summary>Whether a word behind a value goes on without changing it.</summary>
    public static bool GoesOn(string word) => GoingOn.Contains(word);

    /// <summary>Whether a word is one for the answer, as in "14 is the answer".</summary>
    public static bool IsAnswer(string word) => Answers.Contains(word);

    /// <summary>Whether a word of another language makes another value of the one before it, or offers a second.</summary>
    public static bool MultipliesAbroad(string word)
    {
        if (ForeignMultiples.Contains(word) || Doubts(word) || States(word)) return true;
        foreach (string start in (ReadOnlySpan<string>)["тыс", "мил", "млн", "млрд", "проц", "дес", "сот", "не", "или", "в", "на", "и",
            "дюж", "квадр", "куб", "мен", "бол", "раз", "тр", "пол", "чет", "до", "от", "плюс", "минус", "с", "к", "либо"])
        {
            bool whole = start.Length < 3 && start is not ("не" or "тр");
            if (whole ? word == start : word.StartsWith(start, StringComparison.Ordinal)) return true;
        }
        return false;
    }
}
